// The texts of the app for its views.
import { createContext, type ReactNode, use, useEffect } from "react";
import { I18nProvider } from "react-aria-components";

import type { Say, Texts, TextsModel } from "../texts/texts.ts";
import { useLive } from "./live.ts";

const TextsContext = createContext<Texts | undefined>(undefined);

export function TextsProvider({ model, children }: { model: TextsModel; children: ReactNode }) {
  const texts = useLive(model.current);
  useEffect(() => {
    document.documentElement.lang = texts.language;
  }, [texts]);
  return (
    <TextsContext value={texts}>
      <I18nProvider locale={texts.locale}>{children}</I18nProvider>
    </TextsContext>
  );
}

export function useTexts(): Texts {
  const texts = use(TextsContext);
  if (!texts) throw new Error("texts are not provided");
  return texts;
}

export function useSay(): Say {
  return useTexts().say;
}
