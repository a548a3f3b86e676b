// Puts what was chosen about the screen onto the page. public/first.js does the same before the page is drawn.
import type { PreferencesHere } from "../models/preferences/here.ts";
import { countPanes } from "./panes.ts";

export function showAs({ theme, contrast, textSize, density, motion }: PreferencesHere): void {
  Object.assign(document.documentElement.dataset, { theme, contrast, textSize, density, motion });
  countPanes();
  // The frame that the system draws around the page: the first is for light, the second for dark.
  const [light, dark] = document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]');
  const by = (scheme: "light" | "dark"): string => {
    if (theme === "system") return `(prefers-color-scheme: ${scheme})`;
    return theme === scheme ? "all" : "not all";
  };
  if (light) light.media = by("light");
  if (dark) dark.media = by("dark");
}
