// How a person wants the app to be in this browser, and nowhere else. What is not one of the choices counts as not chosen.
import { LANGUAGES } from "../../texts/texts.ts";

/** What may be chosen, the first one where nobody chose. */
export const CHOICES = {
  theme: ["system", "light", "dark"],
  contrast: ["system", "more"],
  textSize: ["normal", "small", "large", "largest"],
  density: ["comfortable", "compact"],
  motion: ["system", "less"],
  language: ["system", ...LANGUAGES],
  /** The other one begins a line. */
  sendWith: ["enter", "ctrl-enter"],
  /** What a notification on the screen shows. */
  notifications: ["all", "sender", "nothing", "off"],
  sound: ["on", "off"],
  /** Whether the person was asked already if they want notifications. */
  notificationsOffered: ["no", "yes"],
} as const;

export type PreferencesHere = {
  readonly [name in keyof typeof CHOICES]: (typeof CHOICES)[name][number];
};

/** What was kept, as far as it can still be chosen. */
export function preferencesHereIn(kept: string | undefined): PreferencesHere {
  const found = objectIn(kept);
  const chosen = Object.entries(CHOICES).map(([name, choices]: [string, readonly string[]]) => {
    return [name, choices.find((choice) => choice === found[name]) ?? choices[0]];
  });
  return Object.fromEntries(chosen) as PreferencesHere;
}

function objectIn(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
