// A Vite plugin: what react-aria says by itself comes in some thirty languages; those that the app does not speak are
// left out of the built app.
import type { Plugin } from "vite";

import { languages } from "./messages.ts";

/** `.../react-aria/dist/private/intl/menu/de-DE.mjs` */
const WORDS =
  /\/node_modules\/react-(?:aria|aria-components|stately)\/.*\/intl\/(?:.*\/)?([a-z]{2})-[A-Z]{2}\.mjs$/;

export function ariaLanguages(): Plugin {
  const spoken = new Set(languages());
  let left = 0;
  return {
    name: "herold-aria-languages",
    apply: "build",
    enforce: "pre",
    load(id) {
      const language = WORDS.exec(id.replaceAll("\\", "/"))?.[1];
      if (language === undefined || spoken.has(language)) return undefined;
      left += 1;
      return "export default {};";
    },
    buildEnd(error) {
      // Another version may keep them elsewhere, and would bring them all back unseen.
      if (!error && left === 0) this.error("no words of react-aria were found to be left out");
    },
  };
}
