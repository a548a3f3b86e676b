// Where the scenarios of a file take place: one browser and one server, there before the first and gone after the last.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";

import { openBrowser } from "./browser.ts";
import { type Herold, startHerold } from "./herold.ts";

// Of one file: each is loaded with modules of its own.
export let browser: Browser;
export let herold: Herold;

/** Sets it up. Nobody is slowed down here, unless `settings` (variables like HEROLD_WEB_NAME) say so. */
export function stage(settings: Record<string, string> = {}): void {
  beforeAll(async () => {
    [browser, herold] = await Promise.all([
      openBrowser(),
      startHerold({ HEROLD_RATE_LIMITS_ENABLED: "false", ...settings }),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await herold?.stop();
  });
}
