// A person's devices: the history is opened by the recovery key, and one device confirms another by emoji.
import type { Page, Route } from "playwright-core";
import { expect, test } from "vitest";

import { register, signIn } from "../harness/account.ts";
import { startConversation, userId } from "../harness/api.ts";
import { compared, dialogButton, sameEmoji } from "../harness/confirming.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { newPerson, PHONE } from "../harness/person.ts";
import { said, saidWithin } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";
import { field, message, open, write } from "../harness/talking.ts";
import { twoTalking } from "../harness/two.ts";

stage();

/** Keys of messages, as they are brought there and fetched. */
const BACKUP = /\/room_keys\/keys/;

const dialog = (page: Page) => page.getByRole("dialog");
test("a new device reads what was written before it: by the recovery key, or by another device", async () => {
  const desk = await newPerson(browser, herold.url, { name: "anna", locale: "de-DE" });
  const key = await register(desk.page, "anna");
  const bert = await newPerson(browser, herold.url, { name: "bert" });
  await register(bert.page, "bert");
  await startConversation(herold.url, "anna", "bert");
  await open(desk.page, "bert");
  await write(desk.page, "Lange her");

  // The recovery key, on a phone; a wrong one first.
  const phone = await newPerson(browser, herold.url, { name: "phone", locale: "de-DE", viewport: PHONE });
  await signIn(phone.page, "anna");
  const byKey = dialog(phone.page).getByText(said("encryption.by-recovery-key"));
  await byKey.waitFor();
  await axeClean(phone.page);
  await fitsInWidth(phone.page);
  await screenshot(phone.page, "confirm-device-320");
  await byKey.click();
  const entry = dialog(phone.page).getByRole("textbox");
  await entry.fill("EsTT not a key at all");
  await dialogButton(phone.page, "encryption.recover").click();
  await dialog(phone.page).getByText(said("failure.wrong-recovery-key")).waitFor();
  await axeClean(phone.page);
  await entry.fill(` ${key.replaceAll(" ", "  ")} `);
  await dialogButton(phone.page, "encryption.recover").click();
  await dialogButton(phone.page, "common.done").first().click();
  await open(phone.page, "bert");
  await message(phone.page, "Lange her").waitFor();
  await phone.page.getByRole("button", { name: said("common.back") }).click();

  // Another device, by emoji.
  const tablet = await newPerson(browser, herold.url, {
    name: "tablet",
    locale: "fr-FR",
    colorScheme: "dark",
  });
  await signIn(tablet.page, "anna");
  await dialog(tablet.page).getByText(said("encryption.by-other-device")).click();
  await dialogButton(desk.page, "verification.accept").click();
  await dialogButton(desk.page, "verification.emoji").click();
  await sameEmoji(desk.page, tablet.page);
  await axeClean(desk.page);
  await axeClean(tablet.page);
  await screenshot(tablet.page, "compare-emoji-1280-dark");
  await compared(desk.page, tablet.page);
  await open(tablet.page, "bert");
  await message(tablet.page, "Lange her").waitFor();
  for (const person of [desk, phone, tablet, bert]) await person.leave();
});

test("a key that comes into the backup after it was looked for there opens what it is of", async () => {
  const desk = await newPerson(browser, herold.url, { name: "emma" });
  const key = await register(desk.page, "emma");
  const fritz = await newPerson(browser, herold.url, { name: "fritz" });
  await register(fritz.page, "fritz");
  await startConversation(herold.url, "emma", "fritz");
  // The desk takes its time to bring its keys there.
  const held: Route[] = [];
  let hurries = false;
  await desk.context.route(BACKUP, async (route) => {
    if (hurries) await route.continue();
    else held.push(route);
  });
  await open(desk.page, "fritz");
  await write(desk.page, "Just now");
  await expect.poll(() => held.length).toBe(1);

  const phone = await newPerson(browser, herold.url, { name: "emma-phone", viewport: PHONE });
  await signIn(phone.page, "emma");
  await dialog(phone.page).getByText(said("encryption.by-recovery-key")).click();
  await dialog(phone.page).getByRole("textbox").fill(key);
  const lookedFor = phone.page.waitForResponse(
    (answer) => BACKUP.test(answer.url()) && answer.status() === 404,
  );
  await dialogButton(phone.page, "encryption.recover").click();
  await dialogButton(phone.page, "common.done").first().click();
  await open(phone.page, "fritz");
  await lookedFor;
  hurries = true;
  for (const route of held) await route.continue();
  // It is asked for again after six seconds, and then after twelve.
  await message(phone.page, "Just now").waitFor({ timeout: 40_000 });
  for (const person of [desk, phone, fritz]) await person.leave();
});

test("two people confirm each other by emoji", async () => {
  const [anna, bert, roomId] = await twoTalking(
    { name: "clara" },
    { name: "dora", locale: "de-DE", viewport: PHONE },
  );
  await write(anna.page, "Is it you?");
  await message(bert.page, "Is it you?").waitFor();

  const dora = encodeURIComponent(await userId(herold.url, "dora"));
  await anna.page.evaluate(
    (hash) => {
      location.hash = hash;
    },
    `#/room/${encodeURIComponent(roomId)}/person/${dora}`,
  );
  const identity = anna.page.getByRole("region", { name: said("identity.title") });
  await identity.getByRole("button", { name: said("identity.confirm") }).click();
  await dialogButton(bert.page, "verification.accept").click();
  await axeClean(bert.page);
  await fitsInWidth(bert.page);
  await dialogButton(anna.page, "verification.emoji").click();
  await sameEmoji(anna.page, bert.page);
  await fitsInWidth(bert.page);
  await screenshot(bert.page, "compare-emoji-320");
  await compared(anna.page, bert.page);
  await identity.getByText(said("identity.confirmed")).waitFor();
  await axeClean(anna.page);
  for (const person of [anna, bert]) await person.leave();
});

test("a device that nobody confirmed neither reads nor writes; once it is confirmed, it does both", async () => {
  const [anna, bert] = await twoTalking({ name: "lena" }, { name: "moritz", locale: "de-DE" });
  await write(anna.page, "Come in");
  await message(bert.page, "Come in").waitFor();

  const phone = await newPerson(browser, herold.url, {
    name: "moritz-phone",
    locale: "de-DE",
    viewport: PHONE,
  });
  await signIn(phone.page, "moritz");
  await dialog(phone.page).getByText(said("encryption.by-other-device")).waitFor();
  await dialogButton(phone.page, "encryption.later").click();
  await open(phone.page, "lena");
  await write(anna.page, "Not for everybody");
  await message(bert.page, "Not for everybody").waitFor();
  await phone.page.getByText(said("message.unreadable-not-confirmed-then")).first().waitFor();
  await field(phone.page).fill("From my phone");
  await field(phone.page).press("Enter");
  await message(phone.page, "From my phone").getByText(saidWithin("failure.this-unconfirmed")).waitFor();
  await axeClean(phone.page);
  await fitsInWidth(phone.page);
  await screenshot(phone.page, "unconfirmed-320");

  await phone.page.getByRole("button", { name: said("common.back") }).click();
  await phone.page.getByRole("button", { name: said("encryption.confirm-device") }).click();
  await dialog(phone.page).getByText(said("encryption.by-other-device")).click();
  await dialogButton(bert.page, "verification.accept").click();
  await dialogButton(bert.page, "verification.emoji").click();
  await sameEmoji(bert.page, phone.page);
  await compared(bert.page, phone.page);
  await open(phone.page, "lena");
  // Its key comes out of the backup: it may take ten seconds until it is there, and is looked for after 6 and 18.
  await message(phone.page, "Not for everybody").waitFor({ timeout: 30_000 });
  for (const { page } of [anna, bert]) await message(page, "From my phone").waitFor();
  await phone.page.reload();
  await message(phone.page, "From my phone").waitFor();
  for (const person of [anna, bert, phone]) await person.leave();
});
