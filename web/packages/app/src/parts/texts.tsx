// The texts of the app for its views.
import { createContext, use } from "react";

import type { Say, Texts } from "../texts/texts.ts";

export const TextsContext = createContext<Texts | undefined>(undefined);

export function useTexts(): Texts {
  const texts = use(TextsContext);
  if (!texts) throw new Error("texts are not provided");
  return texts;
}

export function useSay(): Say {
  return useTexts().say;
}
