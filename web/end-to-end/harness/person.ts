// Somebody at the app, in a browser profile of their own. Whatever they do: nothing may fail in the page unseen,
// nothing may break its policy, and nothing may be asked of another server.
import { join } from "node:path";
import type { Browser, BrowserContext, BrowserContextOptions, ConsoleMessage, Page } from "playwright-core";
import { expect, onTestFailed } from "vitest";

import { FAILURES } from "./folders.ts";

export interface Person {
  readonly context: BrowserContext;
  readonly page: Page;
  /** From here on, complaints of the page that fit are no mistake: what a scenario breaks on purpose is said there. */
  pardon(complaint: RegExp): void;
  /** Leaves; nothing may have gone wrong. */
  leave(): Promise<void>;
}

export type Profile = Pick<
  BrowserContextOptions,
  "locale" | "colorScheme" | "viewport" | "permissions" | "serviceWorkers" | "hasTouch" | "isMobile"
> & {
  /** What the files of a failure are called by. */
  name?: string;
};

/** What the browser complains of where there is no server, or no way to it. Pardoned before it is taken away. */
export const NO_SERVER = /Failed to load resource|net::ERR/;

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 320, height: 640 };

/** A person who opened the app at `url`. */
export async function newPerson(browser: Browser, url: string, profile: Profile = {}): Promise<Person> {
  const { name = "somebody", ...options } = profile;
  const context = await browser.newContext({
    locale: "en-GB",
    viewport: DESKTOP,
    // What moves would be in another place in every picture.
    reducedMotion: "reduce",
    ...options,
  });
  // Whatever is waited for is there by then, or never.
  context.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  const pardons: RegExp[] = [];
  const complain = (text: string) => {
    if (!pardons.some((pardon) => pardon.test(text))) complaints.push(`${name}: ${text}`);
  };
  context.on("console", (message) => {
    if (message.type() === "error" && !isAnswer(message)) complain(message.text());
  });
  context.on("weberror", (error) => complain(String(error.error().stack ?? error.error())));
  context.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== url && protocol !== "blob:" && protocol !== "data:") complain(`asked ${request.url()}`);
  });
  const page = await context.newPage();
  onTestFailed(async () => {
    await page.screenshot({ path: join(FAILURES, `${name}.png`) }).catch(() => {});
  });
  await page.goto(url);
  return {
    context,
    page,
    pardon: (complaint) => pardons.push(complaint),
    leave: async () => {
      await context.close();
      expect(complaints).toEqual([]);
    },
  };
}

/** Chromium reports every answer from 400 on as an error; the Matrix API says "there is none" in that way. */
function isAnswer(message: ConsoleMessage): boolean {
  return (
    message.text().startsWith("Failed to load resource: the server responded with a status of 4") &&
    new URL(message.location().url).pathname.startsWith("/_matrix/")
  );
}
