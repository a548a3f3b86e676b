// The languages of the app, each by its own name.
import { Button } from "../../parts/button.tsx";
import { usePreferences } from "../../parts/preferences.tsx";
import { useSay, useTexts } from "../../parts/texts.tsx";
import { LANGUAGE_NAMES, LANGUAGES } from "../../texts/texts.ts";
import styles from "./sign-in.module.css";

export function LanguageChoice() {
  const say = useSay();
  const { language } = useTexts();
  const preferences = usePreferences();
  return (
    <nav aria-label={say("sign-in.language")} className={styles.languages}>
      {LANGUAGES.filter((other) => other !== language).map((other) => (
        <Button key={other} look="quiet" onPress={() => preferences.change({ language: other })}>
          <span lang={other}>{LANGUAGE_NAMES[other]}</span>
        </Button>
      ))}
    </nav>
  );
}
