// The languages of the app, each by its own name.
import { use } from "react";

import { Button } from "../../parts/button.tsx";
import { TextsModelContext, useSay, useTexts } from "../../parts/texts.tsx";
import { LANGUAGES, type Language } from "../../texts/texts.ts";
import styles from "./sign-in.module.css";

const NAMES: Record<Language, string> = { en: "English", de: "Deutsch", fr: "Français" };

export function LanguageChoice() {
  const say = useSay();
  const { language } = useTexts();
  const model = use(TextsModelContext);
  return (
    <nav aria-label={say("sign-in.language")} className={styles.languages}>
      {LANGUAGES.filter((other) => other !== language).map((other) => (
        <Button key={other} look="quiet" onPress={() => void model?.use(other, [])}>
          <span lang={other}>{NAMES[other]}</span>
        </Button>
      ))}
    </nav>
  );
}
