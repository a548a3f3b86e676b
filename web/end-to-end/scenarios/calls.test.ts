// Calls between two: sound and picture arrive, one declines, one misses, one is busy, another device took it.
import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";

import { call, hears, pressIn, sees } from "../harness/calling.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { type Person, PHONE } from "../harness/person.ts";
import { said } from "../harness/said.ts";
import { stage } from "../harness/stage.ts";
import { twoTalking } from "../harness/two.ts";

let anna: Person;
let bert: Person;

stage();

const log = (page: Page): Locator => page.getByRole("log");

test("two people call each other", async () => {
  const devices = ["microphone", "camera"];
  [anna, bert] = await twoTalking(
    { name: "anna", locale: "de-DE", permissions: devices },
    { name: "bert", locale: "en-GB", viewport: PHONE, colorScheme: "dark", permissions: devices },
  );

  // Sound and picture, in both directions.
  await anna.page.getByRole("button", { name: said("calls.start-video") }).click();
  await call(bert.page).getByText(said("calls.rings-video")).waitFor();
  await axeClean(bert.page);
  await fitsInWidth(bert.page);
  await screenshot(bert.page, "call-rings-320-dark");
  await call(bert.page)
    .getByRole("button", { name: said("calls.accept"), exact: true })
    .click();
  for (const { page } of [anna, bert]) await call(page).getByText(said("calls.connected")).waitFor();
  await expect.poll(() => sees(anna.page, "bert"), { timeout: 20_000 }).toBe(true);
  await expect.poll(() => sees(bert.page, "anna"), { timeout: 20_000 }).toBe(true);
  await expect.poll(() => hears(anna.page), { timeout: 20_000 }).toBe(true);
  await expect.poll(() => hears(bert.page), { timeout: 20_000 }).toBe(true);
  await axeClean(anna.page);
  await screenshot(anna.page, "call-1280");
  await screenshot(bert.page, "call-320-dark");

  // Turned off, both see it.
  await call(anna.page)
    .getByRole("button", { name: said("calls.microphone-off") })
    .click();
  await call(bert.page)
    .getByRole("img", { name: said("calls.muted") })
    .waitFor();
  await call(anna.page)
    .getByRole("button", { name: said("calls.camera-off") })
    .click();
  await call(bert.page).getByLabel("anna", { exact: true }).waitFor({ state: "detached" });
  await call(anna.page)
    .getByRole("button", { name: said("calls.larger") })
    .click();
  await axeClean(anna.page);
  await screenshot(anna.page, "call-large-de-1280");
  await call(bert.page)
    .getByRole("button", { name: said("calls.hang-up") })
    .click();
  for (const { page } of [anna, bert]) await call(page).waitFor({ state: "detached" });
  await log(anna.page).getByText(said("calls.event-answered")).waitFor();
});

test("a call that is declined ends, and both know why", async () => {
  await bert.page.getByRole("button", { name: said("calls.start") }).click();
  await call(anna.page)
    .getByRole("button", { name: said("calls.decline") })
    .click();
  await call(bert.page).getByText(said("calls.end-declined")).waitFor();
  await axeClean(bert.page);
  await call(bert.page)
    .getByRole("button", { name: said("common.close") })
    .click();
  await log(anna.page).getByText(said("calls.event-declined")).waitFor();
});

test("a call that is given up before it was answered is a missed one", async () => {
  await anna.page.getByRole("button", { name: said("calls.start") }).click();
  await call(bert.page).getByText(said("calls.rings")).waitFor();
  await call(anna.page)
    .getByRole("button", { name: said("calls.hang-up") })
    .click();
  await call(bert.page).getByText(said("calls.missed")).waitFor();
  await log(bert.page).getByText(said("calls.event-missed")).waitFor();
  await screenshot(bert.page, "call-missed-320-dark");
});

test("whoever missed a call calls back from where it stands", async () => {
  const back = log(bert.page).getByRole("button", { name: said("calls.call-back"), exact: true });
  await axeClean(bert.page);
  await back.click();
  await call(anna.page).getByText(said("calls.rings")).waitFor();
  // One call at a time.
  await expect.poll(() => back.isDisabled()).toBe(true);
  await pressIn(bert.page, "calls.hang-up");
  await call(anna.page).getByText(said("calls.missed")).waitFor();
  await anna.leave();
  await bert.leave();
});
