// Voice messages: recorded, listened to, thrown away or sent, and played by the other.
import { expect, test } from "vitest";

import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { PHONE } from "../harness/person.ts";
import { said } from "../harness/said.ts";
import { stage } from "../harness/stage.ts";
import { field } from "../harness/talking.ts";
import { twoInRoom } from "../harness/two.ts";

stage();

test("a voice message is recorded by one and heard by the other", async () => {
  const [anna, bert] = await twoInRoom(
    { name: "anna", locale: "de-DE", viewport: PHONE, permissions: ["microphone"] },
    { name: "bert", locale: "en-GB", colorScheme: "dark" },
  );
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
