// How a person wants the app to be in this browser. What is not one of the choices counts as not chosen.
import { LANGUAGES } from "../../texts/texts.ts";

/** What may be chosen, the first one where nobody chose. */
export const CHOICES = {
  theme: ["system", "light", "dark"],
  contrast: ["system", "more"],
  textSize: ["normal", "small", "large", "largest"],
  density: ["comfortable", "compact"],
  motion: ["system", "less"],
  language: ["system", ...LANGUAGES],
} as const;

export type ScreenPreferences = {
  readonly [name in keyof typeof CHOICES]: (typeof CHOICES)[name][number];
};

/** What was kept, as far as it can still be chosen. */
export function screenPreferencesIn(kept: string | undefined): ScreenPreferences {
  const found = objectIn(kept);
  const chosen = Object.entries(CHOICES).map(([name, choices]: [string, readonly string[]]) => {
    return [name, choices.find((choice) => choice === found[name]) ?? choices[0]];
  });
  return Object.fromEntries(chosen) as ScreenPreferences;
}

function objectIn(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
