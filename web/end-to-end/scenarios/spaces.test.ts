// Spaces: opened, filled, entered, put into order, and shared with somebody else.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import type { TextKey } from "../../packages/app/src/texts/keys.ts";
import { register } from "../harness/account.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { newPerson, PHONE } from "../harness/person.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";

stage();

async function openSpace(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: said("starting.menu") }).click();
  await page.getByRole("menuitem", { name: said("starting.space") }).click();
  await page.getByRole("textbox", { name: said("starting.name") }).fill(name);
  await page.getByRole("button", { name: said("starting.make-space") }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

async function addRoom(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: said("spaces.add") }).click();
  await page.getByRole("menuitem", { name: said("starting.room") }).click();
  await page.getByRole("textbox", { name: said("starting.name") }).fill(name);
  await page.getByRole("button", { name: said("starting.make-room") }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

const strip = (page: Page) => page.getByRole("grid", { name: said("spaces.title") });
const namesIn = (page: Page) => page.getByRole("article").locator("h2").allInnerTexts();

async function act(page: Page, room: string, action: TextKey): Promise<void> {
  await page
    .getByRole("article", { name: room })
    .getByRole("button", { name: said("spaces.actions") })
    .click();
  await page.getByRole("menuitem", { name: said(action) }).click();
}

test("a space is filled and put into order, and its members come into its rooms by themselves", async () => {
  const anna = await newPerson(browser, herold.url, { name: "anna" });
  const ben = await newPerson(browser, herold.url, { name: "ben", viewport: PHONE, locale: "de-DE" });
  await register(anna.page, "anna");
  await register(ben.page, "ben");
  const { page } = anna;
  await openSpace(page, "Wache");
  const home = page.url();
  await addRoom(page, "Lage");
  await page.goto(home);
  await addRoom(page, "Kantine");
  await page.goto(home);
  await page.getByRole("article", { name: "Kantine" }).waitFor();
  await axeClean(page);

  const before = await namesIn(page);
  await act(page, before[1] ?? "", "spaces.up");
  await expect.poll(() => namesIn(page)).toEqual([before[1], before[0]]);
  await act(page, "Lage", "spaces.suggest");
  await page.getByText(said("spaces.suggested")).waitFor();
  await page.reload();
  await page.getByText(said("spaces.suggested")).waitFor();
  expect(await namesIn(page)).toEqual([before[1], before[0]]);
  await screenshot(page, "space");

  await page.getByRole("button", { name: said("spaces.invite") }).click();
  await page.getByRole("button", { name: said("members.invite") }).click();
  await page.getByRole("dialog").getByRole("searchbox").fill("ben");
  await page.getByRole("option", { name: "ben" }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: said("members.invite") })
    .click();
  await page.getByRole("dialog").waitFor({ state: "detached" });

  await ben.page.getByRole("row", { name: "Wache" }).click();
  await ben.page.getByRole("heading", { name: said("conversation.invitation-space") }).waitFor();
  await ben.page.getByRole("button", { name: said("conversation.accept") }).click();
  const lage = ben.page.getByRole("article", { name: "Lage" });
  await lage.waitFor();
  await axeClean(ben.page);
  await fitsInWidth(ben.page);
  await screenshot(ben.page, "space-320");
  await lage.getByRole("button", { name: said("explore.join") }).click();
  await ben.page.getByRole("log", { name: said("conversation.messages") }).waitFor();
  await anna.leave();
  await ben.leave();
});

test("spaces stand in the order one gives them, with the keyboard alone, and filter the list", async () => {
  const carla = await newPerson(browser, herold.url, { name: "carla", colorScheme: "dark" });
  const { page } = carla;
  await register(page, "carla");
  for (const name of ["Amt", "Bau", "Chor"]) await openSpace(page, name);
  await addRoom(page, "Probe");
  await strip(page).getByRole("row", { name: "Chor" }).focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  const order = async () =>
    (await strip(page).getByRole("row").allInnerTexts()).map((text) => text.split("\n").at(-1));
  await expect.poll(async () => (await order()).slice(1)).not.toEqual(["Amt", "Bau", "Chor"]);
  const put = await order();
  await page.reload();
  await strip(page).waitFor();
  expect(await order()).toEqual(put);

  await strip(page).getByRole("row", { name: "Amt" }).click();
  await page.getByRole("row", { name: "Probe" }).waitFor({ state: "detached" });
  await strip(page).getByRole("row", { name: "Chor" }).click();
  await page.getByRole("row", { name: "Probe" }).waitFor();
  await axeClean(page);
  await screenshot(page, "spaces");
  await page.getByText(said("spaces.open")).click();
  await page.getByRole("heading", { level: 1, name: "Chor" }).waitFor();

  const home = page.url();
  await page.getByRole("button", { name: said("spaces.add") }).click();
  await page.getByRole("menuitem", { name: said("starting.space") }).click();
  await page.getByRole("textbox", { name: said("starting.name") }).fill("Stimmen");
  await page.getByRole("button", { name: said("starting.make-space") }).click();
  await page.getByRole("heading", { level: 1, name: "Stimmen" }).waitFor();
  await addRoom(page, "Alt");
  await page.goto(home);
  await page.getByRole("button", { name: said("spaces.inside") }).click();
  await page.getByRole("article", { name: "Alt" }).waitFor();
  await axeClean(page);
  await carla.leave();
});
