// The language of the app. Each is called by its own name, so that whoever cannot read this page finds theirs.
import { Languages } from "lucide-react";

import { CHOICES } from "../../../models/preferences/here.ts";
import { Choice } from "../../../parts/choice.tsx";
import { useLive } from "../../../parts/live.ts";
import { usePreferences } from "../../../parts/preferences.tsx";
import { useSay } from "../../../parts/texts.tsx";
import { LANGUAGE_NAMES } from "../../../texts/texts.ts";
import type { SettingsPage } from "../settings-page.ts";

export const language: SettingsPage = { title: "settings.language", icon: Languages, View: LanguageView };

function LanguageView() {
  const say = useSay();
  const preferences = usePreferences();
  const here = useLive(preferences.here);
  const options = CHOICES.language.map((value) =>
    value === "system"
      ? { value, label: say("settings.like-browser") }
      : { value, label: LANGUAGE_NAMES[value], lang: value },
  );
  return (
    <Choice
      label={say("settings.language-of-app")}
      value={here.language}
      options={options}
      onChange={(chosen) => preferences.change({ language: chosen })}
    />
  );
}
