// Several accounts in one browser, apart from each other; and nobody loses messages by signing out unawares.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { noteRecoveryKey, register, signIn } from "../harness/account.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { otherApp } from "../harness/other-app.ts";
import { newPerson, PHONE } from "../harness/person.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";

stage();

const menu = (page: Page) => page.getByRole("button", { name: /^(Ihr Konto|Your account|Votre compte)/ });

async function choose(page: Page, item: RegExp): Promise<void> {
  await menu(page).click();
  await page.getByRole("menuitem", { name: item }).click();
}

test("two accounts are open side by side, and each hears of the other", async () => {
  const person = await newPerson(browser, herold.url, { name: "anna", locale: "de-DE", viewport: PHONE });
  const { page } = person;
  await register(page, "anna");
  await choose(page, said("shell.add-account"));
  await page.getByRole("button", { name: said("sign-in.back-to-account") }).click();
  await choose(page, said("shell.add-account"));
  await axeClean(page);
  await register(page, "annas-verein");
  const carla = await otherApp(herold.url, "carla", { register: true });
  await carla.ask("POST", "/v3/createRoom", { invite: ["@anna:localhost"], is_direct: true, name: "Tee?" });

  // What waits in the other account is seen from here.
  await page.getByRole("button", { name: said("shell.menu-unread") }).click();
  const anna = page.getByRole("menuitem", { name: /@anna:localhost/ });
  await anna.getByText(said("shell.unread-messages")).waitFor({ state: "attached" });
  await axeClean(page);
  await fitsInWidth(page);
  await screenshot(page, "accounts-320");
  expect(await page.getByText("Tee?").count()).toBe(0);
  await anna.click();
  await page.getByText("Tee?").waitFor();

  // After a reload the one that was used last is there, and the other one as well.
  await page.reload();
  await page.getByText("Tee?").waitFor();
  await menu(page).click();
  await page.getByRole("menuitem", { name: /@annas-verein:localhost/ }).waitFor();
  await page.keyboard.press("Escape");

  // Whoever signs in to an account that is here goes on with it.
  await choose(page, said("shell.add-account"));
  await signIn(page, "annas-verein");
  await choose(page, /@anna:localhost/);
  await page.getByText("Tee?").waitFor();

  // One is signed out, the other goes on.
  await choose(page, said("shell.sign-out"));
  await page.getByText(said("shell.sign-out-safe")).waitFor();
  await axeClean(page);
  await page
    .getByRole("dialog")
    .getByRole("button", { name: said("shell.sign-out") })
    .click();
  await page.getByText("Tee?").waitFor({ state: "hidden" });
  await menu(page).click();
  await page.getByText("@annas-verein:localhost").waitFor();
  expect(await page.getByRole("menuitem", { name: /@anna:localhost/ }).count()).toBe(0);
  // Nothing of it is left here.
  const kept = () => page.evaluate(() => Object.keys(localStorage));
  await expect.poll(async () => (await kept()).filter((name) => name.includes("@anna:"))).toEqual([]);
  await person.leave();
});

test("whoever would lose messages by signing out is told, and can put it right first", async () => {
  const person = await newPerson(browser, herold.url, { name: "dora", locale: "de-DE", viewport: PHONE });
  const { page } = person;
  await register(page, "dora");
  const elsewhere = await otherApp(herold.url, "dora");
  const { version } = await elsewhere.ask<{ version: string }>("GET", "/v3/room_keys/version");
  await elsewhere.ask("DELETE", `/v3/room_keys/version/${version}`);
  await choose(page, said("shell.sign-out"));
  const dialog = page.getByRole("dialog");
  await dialog.getByText(said("shell.sign-out-at-risk")).waitFor();
  await dialog.getByRole("button", { name: said("shell.sign-out-anyway") }).waitFor();
  await axeClean(page);
  await fitsInWidth(page);
  await screenshot(page, "sign-out-at-risk-320");
  await dialog.getByRole("button", { name: said("encryption.repair") }).click();
  await dialog.getByRole("button", { name: said("encryption.repair") }).click();
  await dialog.getByText(said("encryption.repaired")).or(page.getByTestId("recovery-key")).first().waitFor();
  if (await page.getByTestId("recovery-key").isVisible()) await noteRecoveryKey(page);
  await dialog.getByRole("button", { name: said("common.done") }).click();
  await choose(page, said("shell.sign-out"));
  await page.getByText(said("shell.sign-out-safe")).waitFor();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: said("shell.sign-out") })
    .click();
  await page.getByRole("button", { name: said("sign-in.to-register") }).waitFor();
  await person.leave();
});
