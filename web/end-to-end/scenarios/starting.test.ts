// Beginning: a conversation with a colleague, a group, rooms of one's own, and rooms of others that are found.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import type { TextKey } from "../../packages/app/src/texts/keys.ts";
import { register } from "../harness/account.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { newPerson, PHONE } from "../harness/person.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";

stage();

async function begin(page: Page, what: TextKey): Promise<void> {
  await page.getByRole("button", { name: said("starting.menu") }).click();
  await page.getByRole("menuitem", { name: said(what) }).click();
}

/** Chooses somebody from the directory, with the keyboard alone. */
async function choose(page: Page, name: string): Promise<void> {
  const field = page.getByRole("dialog").getByRole("searchbox");
  await field.fill(name);
  await page.getByRole("option", { name }).waitFor();
  await field.press("ArrowDown");
  await field.press("Enter");
  await page.getByRole("dialog").getByRole("row", { name }).waitFor();
}

test("a colleague is found in the directory and written to, twice in the same conversation", async () => {
  const anna = await newPerson(browser, herold.url, { name: "anna" });
  const ben = await newPerson(browser, herold.url, { name: "ben", viewport: PHONE, locale: "de-DE" });
  await register(anna.page, "anna");
  await register(ben.page, "ben");
  const { page } = anna;

  await begin(page, "starting.conversation");
  await page.getByRole("dialog").getByRole("searchbox").fill("nobody-of-this-name");
  await page.getByText(said("starting.nobody")).waitFor();
  await choose(page, "ben");
  await axeClean(page);
  await screenshot(page, "starting-conversation");
  await page.getByRole("button", { name: said("starting.write-to") }).click();
  await page.getByRole("heading", { level: 1, name: "ben" }).waitFor();
  const first = page.url();
  await page.getByRole("img", { name: said("conversation.encrypted") }).waitFor();

  await begin(page, "starting.conversation");
  await choose(page, "ben");
  await page.getByRole("button", { name: said("starting.write-to") }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect(page.url()).toBe(first);

  await ben.page.getByRole("row", { name: "anna" }).click();
  await ben.page.getByRole("button", { name: said("conversation.accept") }).click();
  await ben.page.getByRole("log", { name: said("conversation.messages") }).waitFor();
  await fitsInWidth(ben.page);
  await anna.leave();
  await ben.leave();
});

test("rooms are opened, found, entered by address and knocked at", async () => {
  const cem = await newPerson(browser, herold.url, { name: "cem", colorScheme: "dark" });
  const dora = await newPerson(browser, herold.url, { name: "dora", viewport: PHONE, locale: "de-DE" });
  await register(cem.page, "cem");
  await register(dora.page, "dora");

  await begin(cem.page, "starting.room");
  await cem.page.getByRole("textbox", { name: said("starting.name") }).fill("Kantine");
  await cem.page.getByText(said("access.public"), { exact: true }).click();
  const address = cem.page.getByRole("textbox", { name: said("access.address") });
  await address.fill("Die Kantine");
  expect(await address.inputValue()).toBe("die-kantine");
  await address.fill("kantine");
  await axeClean(cem.page);
  await screenshot(cem.page, "starting-room");
  await cem.page.getByText(said("access.listed")).click();
  await cem.page.getByRole("button", { name: said("starting.make-room") }).click();
  await cem.page.getByRole("heading", { level: 1, name: "Kantine" }).waitFor();

  await begin(cem.page, "starting.room");
  await cem.page.getByRole("textbox", { name: said("starting.name") }).fill("Werkstatt");
  await cem.page.getByText(said("access.public"), { exact: true }).click();
  await address.fill("kantine");
  await cem.page.getByRole("button", { name: said("starting.make-room") }).click();
  await cem.page.getByText(said("failure.name-taken")).waitFor();
  await cem.page.getByText(said("access.knock"), { exact: true }).click();
  await cem.page.getByText(said("access.listed")).click();
  await cem.page.getByRole("button", { name: said("starting.make-room") }).click();
  await cem.page.getByRole("heading", { level: 1, name: "Werkstatt" }).waitFor();

  const { page } = dora;
  await begin(page, "starting.explore");
  const search = page.getByRole("searchbox", { name: said("explore.search") });
  await search.fill("werk");
  const card = page.getByRole("article", { name: "Werkstatt" });
  await card.waitFor();
  await axeClean(page);
  await fitsInWidth(page);
  await screenshot(page, "explore-320");
  await card.getByRole("button", { name: said("explore.knock") }).click();
  await page.getByRole("textbox", { name: said("explore.reason") }).fill("Ich bin neu hier.");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: said("common.send") })
    .click();
  await card.getByText(said("explore.waiting")).waitFor();

  await search.fill("#nowhere:localhost");
  await page.getByRole("button", { name: said("explore.go-to") }).click();
  await page.getByText(said("explore.unknown")).waitFor();
  await axeClean(page);
  await page.goto(`${herold.url}/#/room/${encodeURIComponent("#kantine:localhost")}`);
  await page.getByRole("heading", { level: 1, name: "Kantine" }).waitFor();
  await axeClean(page);
  await page.getByRole("button", { name: said("explore.join") }).click();
  await page.getByRole("log", { name: said("conversation.messages") }).waitFor();

  const field = page.getByRole("textbox").last();
  await field.fill("matrix:r/kantine:localhost");
  await field.press("Enter");
  await cem.page.getByRole("row", { name: "Kantine" }).click();
  await cem.page.getByRole("link", { name: "matrix:r/kantine:localhost" }).click();
  await cem.page.getByRole("heading", { level: 1, name: "Kantine" }).waitFor();
  await cem.leave();
  await dora.leave();
});
