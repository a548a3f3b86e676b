// Where things lie.
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = join(import.meta.dirname, "../../..");

/** The binary to test. */
export const BINARY = process.env.HEROLD_TEST_BINARY ?? join(ROOT, "target/debug/herold");

/** A built app to use in place of the binary's own: `HEROLD_TEST_APP=dist/app`. */
export const APP = process.env.HEROLD_TEST_APP && resolve(process.env.HEROLD_TEST_APP);

/** What everything looked like, for people. */
export const SCREENSHOTS = folder(
  process.env.HEROLD_TEST_SCREENSHOTS ?? join(ROOT, ".test/end-to-end/screenshots"),
);

/** Only those that are there already are taken anew: `npm run screenshots` does so with the documentation's. */
export const SCREENSHOTS_RENEWED = process.env.HEROLD_TEST_SCREENSHOTS_RENEWED === "true";

/** What was seen and logged when a scenario failed. */
export const FAILURES = folder(join(ROOT, ".test/end-to-end/failures"));

function folder(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}
