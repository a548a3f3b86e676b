// Voice messages: recorded, listened to, thrown away or sent, and played by the other.
import { expect, test } from "vitest";

import { register } from "../harness/account.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { newPerson, PHONE } from "../harness/person.ts";
import { roomOf } from "../harness/rooms.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";
import { field, open } from "../harness/talking.ts";

stage();

test("a voice message is recorded by one and heard by the other", async () => {
  const anna = await newPerson(browser, herold.url, {
    name: "anna",
    locale: "de-DE",
    viewport: PHONE,
    permissions: ["microphone"],
  });
  const bert = await newPerson(browser, herold.url, { name: "bert", locale: "en-GB", colorScheme: "dark" });
  await Promise.all([register(anna.page, "anna"), register(bert.page, "bert")]);
  await roomOf(herold.url, ["anna", "bert"], { name: "Lobby", encrypted: true });
  for (const { page } of [anna, bert]) await open(page, "Lobby");
  const { page } = anna;

  // Thrown away, nothing is left of it.
  await page.getByRole("button", { name: said("composer.voice") }).click();
  await page.getByRole("timer").getByText("0:01").waitFor();
  await axeClean(page);
  await fitsInWidth(page);
  await screenshot(page, "voice-recording-320");
  await page.getByRole("button", { name: said("composer.voice-discard") }).click();
  await field(page).waitFor();

  await page.getByRole("button", { name: said("composer.voice") }).click();
  await page.getByRole("timer").getByText("0:02").waitFor();
  await page.getByRole("button", { name: said("composer.voice-stop") }).click();
  await page.getByRole("button", { name: said("message.play") }).click();
  await page.getByRole("button", { name: said("message.pause") }).waitFor();
  await axeClean(page);
  await screenshot(page, "voice-preview-320");
  await page.getByRole("button", { name: said("common.send") }).click();

  const message = bert.page.getByRole("log").getByRole("group", { name: said("rooms.last-voice") });
  await message.getByText("0:02").waitFor();
  await message.getByRole("button", { name: said("message.speed") }).click();
  await message.getByRole("button", { name: "Speed 1.5×" }).waitFor();
  await message.getByRole("button", { name: said("message.play") }).click();
  const position = message.getByRole("slider", { name: said("message.position") });
  await expect.poll(async () => Number(await position.inputValue())).toBeGreaterThan(200);
  await axeClean(bert.page);
  await screenshot(bert.page, "voice-1280-dark");
  // Jumped to by keyboard, once it has come to its end.
  await message.getByRole("button", { name: said("message.play") }).waitFor();
  await position.focus();
  await bert.page.keyboard.press("Home");
  await expect.poll(async () => Number(await position.inputValue())).toBe(0);
  await anna.leave();
  await bert.leave();
});
