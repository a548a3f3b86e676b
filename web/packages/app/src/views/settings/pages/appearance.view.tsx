// How the app looks in this browser: colours, sizes, movement.
import { Palette } from "lucide-react";

import type { PreferencesHere } from "../../../models/preferences/here.ts";
import { Choice } from "../../../parts/choice.tsx";
import { useLive } from "../../../parts/live.ts";
import { usePreferences } from "../../../parts/preferences.tsx";
import { useSay } from "../../../parts/texts.tsx";
import type { TextKey } from "../../../texts/keys.ts";
import type { SettingsPage } from "../settings-page.ts";

export const appearance: SettingsPage = { title: "settings.appearance", icon: Palette, View: AppearanceView };

type Chosen = "theme" | "textSize" | "density" | "contrast" | "motion";

/** In the order in which they are offered. */
const LABELS: { readonly [name in Chosen]: Record<PreferencesHere[name], TextKey> } = {
  theme: { system: "settings.like-system", light: "settings.light", dark: "settings.dark" },
  textSize: {
    small: "settings.text-small",
    normal: "settings.text-normal",
    large: "settings.text-large",
    largest: "settings.text-largest",
  },
  density: { comfortable: "settings.comfortable", compact: "settings.compact" },
  contrast: { system: "settings.like-system", more: "settings.more-contrast" },
  motion: { system: "settings.like-system", less: "settings.less-motion" },
};
function AppearanceView() {
  const say = useSay();
  return (
    <>
      <One name="theme" label={say("settings.theme")} />
      <One name="textSize" label={say("settings.text-size")} />
      <One name="density" label={say("settings.density")} />
      <One name="contrast" label={say("settings.contrast")} />
      <One name="motion" label={say("settings.motion")} hint={say("settings.motion-text")} />
    </>
  );
}

interface OneProps<Name extends Chosen> {
  readonly name: Name;
  readonly label: string;
  readonly hint?: string;
}

function One<Name extends Chosen>({ name, label, hint }: OneProps<Name>) {
  const say = useSay();
  const preferences = usePreferences();
  const here = useLive(preferences.here);
  const values = Object.keys(LABELS[name]) as PreferencesHere[Name][];
  return (
    <Choice
      label={label}
      {...(hint ? { hint } : {})}
      value={here[name]}
      options={values.map((value) => ({ value, label: say(LABELS[name][value]) }))}
      onChange={(value) => preferences.change({ [name]: value })}
    />
  );
}
