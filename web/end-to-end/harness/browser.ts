// The browser that all people of a scenario share, each in a profile of their own.
import { accessSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where Debian and others have it. */
const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.HEROLD_TEST_BROWSER ?? found(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // Calls and voice messages get a picture and a sound without a camera and a microphone.
      "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream",
    ],
  });
}

function found(): string {
  for (const place of PLACES) {
    try {
      accessSync(place);
      return place;
    } catch {
      // The next one, then.
    }
  }
  throw new Error(`Chromium is missing (${PLACES.join(", ")}): set HEROLD_TEST_BROWSER`);
}
