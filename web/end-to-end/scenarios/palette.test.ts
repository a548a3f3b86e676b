// One field for everything: rooms, people, actions; and what one sees of somebody in the conversation with them.
import { expect, test } from "vitest";

import { register } from "../harness/account.ts";
import { beside } from "../harness/beside.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { newPerson, PHONE } from "../harness/person.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";

stage();

test("the keyboard alone leads to a person, an action and back to a room", async () => {
  const anna = await newPerson(browser, herold.url, { name: "anna" });
  const ben = await newPerson(browser, herold.url, { name: "ben", viewport: PHONE, locale: "de-DE" });
  await register(anna.page, "anna");
  await register(ben.page, "ben");
  const { page } = anna;
  const palette = page.getByRole("dialog", { name: said("palette.title") });

  await page.keyboard.press("Control+k");
  await palette.getByRole("searchbox").fill("ben");
  await palette.getByRole("option", { name: "ben" }).waitFor();
  await axeClean(page);
  await screenshot(page, "palette");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "ben" }).waitFor();

  await page.keyboard.press("Control+k");
  await palette.getByRole("searchbox").fill("new room");
  await palette.getByRole("option").waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: said("starting.name") }).fill("Wache");
  // What is asked in a dialog is answered first.
  await page.keyboard.press("Control+k");
  expect(await palette.count()).toBe(0);
  await page.getByRole("button", { name: said("starting.make-room") }).click();
  await page.getByRole("heading", { level: 1, name: "Wache" }).waitFor();

  await page.keyboard.press("Control+k");
  await palette.getByRole("searchbox").fill("zzz");
  await expect.poll(() => palette.getByRole("option").count()).toBe(0);
  await page.keyboard.press("Escape");
  await palette.waitFor({ state: "detached" });

  await ben.page.goto(`${herold.url}/#/settings/privacy`);
  await ben.page.getByText(said("privacy.time-zone")).click();
  await expect
    .poll(() => ben.page.getByRole("switch", { name: said("privacy.time-zone") }).isChecked())
    .toBe(true);
  await axeClean(ben.page);
  await ben.page.goto(`${herold.url}/#/`);
  await ben.page.getByRole("row", { name: "anna" }).click();
  await ben.page.getByRole("button", { name: said("conversation.accept") }).click();
  await ben.page.getByRole("log", { name: said("conversation.messages") }).waitFor();
  await fitsInWidth(ben.page);

  await page.getByRole("row", { name: "ben" }).click();
  await page.getByText(said("person.online")).first().waitFor();
  await page.getByRole("heading", { level: 1 }).getByRole("button").click();
  await beside(page, "panel.details").getByText(said("panel.person")).click();
  await page.getByText(said("person.local-time")).waitFor();
  await axeClean(page);
  await screenshot(page, "person-between-two");
  await anna.leave();
  await ben.leave();
});
