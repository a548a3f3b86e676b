// The way back on a phone: the app's arrows, the browser's button and a gesture of the hand lead to the same places,
// and nobody walks in circles.
import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";

import type { TextKey } from "../../packages/app/src/texts/keys.ts";
import { register } from "../harness/account.ts";
import { startConversation } from "../harness/api.ts";
import { axeClean } from "../harness/looking.ts";
import { newPerson, type Person, PHONE } from "../harness/person.ts";
import { said, saidWithin } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";

stage();

let anna: Person;
let page: Page;
let place: string;

const press = (key: TextKey): Promise<void> =>
  page
    .getByRole("button", { name: said(key), exact: true })
    .filter({ visible: true })
    .click();

const row = (): Locator => page.getByRole("row", { name: "bert" });
const heading = (key: TextKey): Locator => page.getByRole("heading", { name: said(key), level: 2 });

/** Where the address bar says that one is. */
const at = (hash: string) => expect.poll(() => page.evaluate(() => location.hash)).toBe(hash);

/** One step further back is nothing of this app. */
async function isTheFirst(): Promise<void> {
  expect(await page.evaluate(() => history.state)).toEqual({ below: [] });
}

test("the arrow of a conversation is the browser's way back, and the focus goes along", async () => {
  anna = await newPerson(browser, herold.url, { name: "anna", locale: "de-DE", viewport: PHONE });
  page = anna.page;
  await register(page, "anna");
  const bert = await newPerson(browser, herold.url, { name: "bert" });
  await register(bert.page, "bert");
  await bert.leave();
  place = `#/room/${encodeURIComponent(await startConversation(herold.url, "anna", "bert"))}`;

  await row().click();
  await at(place);
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("conversation");
  await press("common.back");
  await row().waitFor();
  await expect.poll(() => row().evaluate((element) => element === document.activeElement)).toBe(true);
  await isTheFirst();
  await axeClean(page);
  // Forward and back again, by the browser.
  await page.goForward();
  await at(place);
  await page.goBack();
  await row().waitFor();
  await isTheFirst();
});

test("what stands over a conversation is closed by the way back, from wherever one came to it", async () => {
  await row().click();
  await page.getByRole("button", { name: "bert" }).click();
  await heading("panel.details").waitFor();
  await page.goBack();
  await heading("panel.details").waitFor({ state: "detached" });
  await at(place);

  await page.getByRole("button", { name: "bert" }).click();
  await heading("panel.details").waitFor();
  await page.getByRole("button", { name: saidWithin("panel.members") }).click();
  await heading("panel.members").waitFor();
  await press("common.back");
  await heading("panel.details").waitFor();
  await page.goForward();
  await heading("panel.members").waitFor();
  // Closed from two steps within, the way back leads to the list all the same.
  await press("common.close");
  await at(place);
  await page.goBack();
  await row().waitFor();
  await isTheFirst();
});

test("settings are left to where one was, however many pages were looked at", async () => {
  await row().click();
  await at(place);
  await press("common.back");
  await row().waitFor();
  await page.getByRole("button", { name: said("shell.menu") }).click();
  await page.getByRole("menuitem", { name: said("common.settings") }).click();
  for (const title of ["settings.appearance", "settings.language"] as const) {
    await page.getByRole("link", { name: said(title) }).click();
    await page.getByRole("heading", { name: said(title), level: 1 }).waitFor();
    await press("settings.to-list");
    await page.getByRole("link", { name: said(title) }).waitFor();
  }
  await press("settings.leave");
  await row().waitFor();
  await isTheFirst();
});

test("the phone's gesture closes what lies over the page before it leaves it", async () => {
  // What the browser does where a finger makes the gesture.
  const gesture = () =>
    page.evaluate(() => {
      const { watchers } = globalThis as unknown as { watchers: CloseWatcher[] };
      watchers.at(-1)?.requestClose();
    });
  await page.addInitScript(() => {
    const watchers: CloseWatcher[] = [];
    const Known = window.CloseWatcher as new () => CloseWatcher;
    window.CloseWatcher = class extends Known {
      constructor() {
        super();
        watchers.push(this);
      }
    };
    Object.assign(globalThis, { watchers });
  });
  await page.reload();
  await row().click();
  await press("composer.more");
  const menu = page.getByRole("menu");
  await menu.waitFor();
  await gesture();
  await menu.waitFor({ state: "detached" });
  await press("composer.more");
  await page.getByRole("menuitem", { name: said("polls.new") }).click();
  await page.getByRole("dialog", { name: said("polls.new") }).waitFor();
  await gesture();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await at(place);
  await press("common.back");
  await row().waitFor();
  await isTheFirst();
});

test("who comes by a link finds the list behind it, and does not come to the link again", async () => {
  // As others write it: with signs that the app writes otherwise.
  await page.goto("about:blank");
  await page.goto(`${herold.url}/${decodeURIComponent(place)}/details`);
  await heading("panel.details").waitFor();
  await at(`${place}/details`);
  await press("common.close");
  await at(place);
  await press("common.back");
  await row().waitFor();
  await isTheFirst();
  await page.goBack();
  await expect.poll(() => page.url()).toBe("about:blank");
  await anna.leave();
});
