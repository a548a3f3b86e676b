// The person's own account: how others see it, what they see of it, its password and its end.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { PASSWORD, register, signIn } from "../harness/account.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { otherApp } from "../harness/other-app.ts";
import { newPerson, PHONE } from "../harness/person.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";

stage();

async function open(page: Page, settings: string): Promise<void> {
  await page.goto(`${herold.url}/#/settings/${settings}`);
}

/** A picture that a person might have, wider than high. */
async function picture(page: Page): Promise<Buffer> {
  const base64 = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    canvas.width = 600;
    canvas.height = 400;
    const context = canvas.getContext("2d");
    if (!context) throw new Error("no canvas");
    context.fillStyle = "#2b5f9e";
    context.fillRect(0, 0, 600, 400);
    context.fillStyle = "#f2b866";
    context.fillRect(200, 100, 200, 200);
    return canvas.toDataURL("image/png").split(",")[1] ?? "";
  });
  return Buffer.from(base64, "base64");
}

test("a name and a picture are seen by others", async () => {
  const anna = await newPerson(browser, herold.url, { name: "anna", locale: "de-DE", viewport: PHONE });
  const { page } = anna;
  await register(page, "anna");
  await open(page, "account");
  const name = page.getByRole("textbox", { name: said("account.name") });
  await name.fill("Anna Maria von Hohenlohe-Langenburg-Schillingsfürst zu Waldenburg");
  await page.getByRole("button", { name: said("common.save") }).click();
  await page.getByRole("button", { name: said("common.save") }).waitFor({ state: "hidden" });
  await fitsInWidth(page);

  const buffer = await picture(page);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: said("account.choose-picture") }).click();
  await (await chooser).setFiles({ name: "ich.png", mimeType: "image/png", buffer });
  const area = page.getByRole("group", { name: said("picture.crop-area") });
  await area.focus();
  await page.keyboard.press("ArrowRight");
  await axeClean(page);
  await fitsInWidth(page);
  await screenshot(page, "account-picture-320");
  await page.getByRole("button", { name: said("picture.use") }).click();
  await page.getByRole("button", { name: said("account.remove-picture") }).waitFor();
  await axeClean(page);
  await screenshot(page, "account-320");

  const bert = await otherApp(herold.url, "bert", { register: true });
  const seen = await bert.ask<{ displayname: string; avatar_url: string }>(
    "GET",
    "/v3/profile/@anna:localhost",
  );
  expect(seen.displayname).toMatch(/^Anna Maria/);
  expect(seen.avatar_url).toMatch(/^mxc:/);
  await page.getByRole("button", { name: said("account.remove-picture") }).click();
  await page.getByRole("button", { name: said("account.choose-picture") }).waitFor();
  await anna.leave();
});

test("a file that is no picture is refused with words", async () => {
  const person = await newPerson(browser, herold.url, { name: "dora" });
  const { page } = person;
  await register(page, "dora");
  await open(page, "account");
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: said("account.choose-picture") }).click();
  await (await chooser).setFiles({ name: "x.png", mimeType: "image/png", buffer: Buffer.from("no picture") });
  await page.getByText(said("picture.not-readable")).waitFor();
  await axeClean(page);
  await person.leave();
});

test("the password is changed by whoever knows it", async () => {
  const person = await newPerson(browser, herold.url, { name: "carla" });
  const { page } = person;
  await register(page, "carla");
  const elsewhere = await otherApp(herold.url, "carla");
  await open(page, "account");
  const begin = page.getByRole("button", { name: said("account.change-password") });
  await begin.click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(said("account.password-now")).fill("not it");
  await dialog.getByLabel(said("account.password-next")).fill("another very long one");
  await dialog.getByText(said("account.sign-out-others")).click();
  await axeClean(page);
  await dialog.getByRole("button", { name: said("account.change-password") }).click();
  await dialog.getByText(said("failure.wrong-password")).waitFor();
  await dialog.getByLabel(said("account.password-now")).fill(PASSWORD);
  await dialog.getByRole("button", { name: said("account.change-password") }).click();
  await page.getByText(said("account.password-changed")).waitFor();
  await axeClean(page);
  await expect(elsewhere.ask("GET", "/v3/account/whoami")).rejects.toThrow(/M_UNKNOWN_TOKEN/);
  await expect(otherApp(herold.url, "carla")).rejects.toThrow(/M_FORBIDDEN/);
  await otherApp(herold.url, "carla", { password: "another very long one" });
  // This device goes on.
  await page.reload();
  await begin.waitFor();
  await person.leave();
});

test("what others see is decided once for all devices, and who is ignored is listened to again", async () => {
  const person = await newPerson(browser, herold.url, { name: "emma", locale: "fr-FR", viewport: PHONE });
  const { page } = person;
  await register(page, "emma");
  const elsewhere = await otherApp(herold.url, "emma");
  const fritz = await otherApp(herold.url, "fritz", { register: true });
  const mine = (kind: string) => elsewhere.ask("GET", `/v3/user/${elsewhere.userId}/account_data/${kind}`);
  await elsewhere.ask("PUT", `/v3/user/${elsewhere.userId}/account_data/m.ignored_user_list`, {
    ignored_users: { [fritz.userId]: {} },
  });
  await open(page, "privacy");
  for (const name of ["receipts", "findable", "invitations"] as const) {
    const choice = page.getByRole("switch", { name: said(`privacy.${name}`) });
    expect(await choice.isChecked()).toBe(true);
    await page.getByText(said(`privacy.${name}`), { exact: true }).click();
    await expect.poll(() => choice.isChecked()).toBe(false);
  }
  await expect.poll(() => mine("org.herold.preferences")).toEqual({ receipts: false });
  await expect.poll(() => mine("im.vector.hide_profile")).toEqual({ hide_profile: true });
  await expect.poll(() => mine("m.invite_permission_config")).toEqual({ default_action: "block" });
  await expect(
    fritz.ask("POST", "/v3/createRoom", { invite: [elsewhere.userId], is_direct: true }),
  ).rejects.toThrow(/M_INVITE_BLOCKED/);

  await axeClean(page);
  await fitsInWidth(page);
  await screenshot(page, "privacy-320");
  await page.getByRole("button", { name: /fritz/ }).click();
  await page.getByText(said("privacy.nobody-ignored")).waitFor();
  await expect.poll(() => mine("m.ignored_user_list")).toEqual({ ignored_users: {} });

  // What was decided on another device is seen here without asking.
  await elsewhere.ask("PUT", `/v3/user/${elsewhere.userId}/account_data/org.herold.preferences`, {
    typing: false,
  });
  await expect.poll(() => page.getByRole("switch", { name: said("privacy.typing") }).isChecked()).toBe(false);
  expect(await page.getByRole("switch", { name: said("privacy.receipts") }).isChecked()).toBe(true);
  await person.leave();
});

test("an account is closed for ever, once it is understood", async () => {
  const person = await newPerson(browser, herold.url, { name: "greta", locale: "de-DE", viewport: PHONE });
  const { page } = person;
  await register(page, "greta");
  await open(page, "account");
  await page.getByRole("button", { name: said("account.close") }).click();
  const dialog = page.getByRole("dialog");
  const close = dialog.getByRole("button", { name: said("account.close-do") });
  await axeClean(page);
  await fitsInWidth(page);
  await screenshot(page, "account-close-320");
  await dialog.getByLabel(said("account.password-now")).fill("not it");
  expect(await close.isDisabled()).toBe(true);
  await dialog.getByText(said("encryption.lost-understood")).click();
  await close.click();
  await dialog.getByText(said("failure.wrong-password")).waitFor();
  await dialog.getByLabel(said("account.password-now")).fill(PASSWORD);
  await close.click();
  await page.getByRole("button", { name: said("sign-in.to-register") }).waitFor();
  await signIn(page, "greta");
  await page.getByRole("alert").waitFor();
  expect(
    await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name).sort()),
  ).toEqual(["herold-accounts", "herold-push"]);
  expect(await page.evaluate(countOfNotes)).toBe(0);
  await person.leave();
});

/** Accounts of which the service worker would tell. */
async function countOfNotes(): Promise<number> {
  const asked = indexedDB.open("herold-push");
  await new Promise((resolve) => asked.addEventListener("success", resolve));
  const counted = asked.result.transaction("notes").objectStore("notes").count();
  await new Promise((resolve) => counted.addEventListener("success", resolve));
  asked.result.close();
  return counted.result;
}
