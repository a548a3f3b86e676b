// Whoever sets up a Herold opens it, makes the first account, and asks a colleague in: within two minutes they talk
// encrypted and know that it is really them, with a picture, a thread, a poll and a call. Nothing is done for them.
import { expect, test } from "vitest";

import { register } from "../harness/account.ts";
import { beside } from "../harness/beside.ts";
import { compared, dialogButton, sameEmoji } from "../harness/confirming.ts";
import { axeClean, screenshot } from "../harness/looking.ts";
import { painted } from "../harness/painting.ts";
import { newPerson, PHONE } from "../harness/person.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";
import { attach, field, hold, message, write } from "../harness/talking.ts";

const PICTURE = painted(480, 320, [90, 150, 210], [250, 230, 200]);
/** In which two people have seen everything, one after the other and without hurrying them. */
const MINUTES_MS = 120_000;

stage();

test("two people come to know the app by using it", { timeout: 2 * MINUTES_MS }, async () => {
  const startedMs = Date.now();
  const devices = ["microphone", "camera"];
  const anna = await newPerson(browser, herold.url, { name: "anna", locale: "de-DE", permissions: devices });
  const bert = await newPerson(browser, herold.url, {
    name: "bert",
    locale: "en-GB",
    viewport: PHONE,
    hasTouch: true,
    isMobile: true,
    permissions: devices,
  });
  const { page } = anna;
  await register(page, "anna");
  await register(bert.page, "bert");

  // An empty list says how a conversation begins.
  await page.getByRole("heading", { name: said("shell.welcome-title") }).waitFor();
  await page.getByRole("button", { name: said("starting.conversation") }).click();
  await page.getByRole("dialog").getByRole("searchbox").fill("bert");
  await page.getByRole("option", { name: "bert" }).click();
  await page.getByRole("button", { name: said("starting.write-to") }).click();
  await field(page).waitFor();
  await page.getByText(said("conversation.alone")).waitFor();
  await write(page, "Willkommen!");
  await bert.page.getByRole("row", { name: "anna" }).tap();
  await bert.page.getByRole("button", { name: said("conversation.accept") }).tap();
  await message(bert.page, "Willkommen!").waitFor();

  // It is really them: the way begins at the name above the conversation.
  await page.getByRole("button", { name: "bert" }).click();
  const identity = page.getByRole("region", { name: said("identity.title") });
  await identity.getByRole("button", { name: said("identity.confirm") }).click();
  await page.getByRole("dialog", { name: "bert bestätigen" }).getByText("@bert:localhost").waitFor();
  await dialogButton(bert.page, "verification.accept").tap();
  await dialogButton(page, "verification.emoji").click();
  await sameEmoji(page, bert.page);
  await compared(page, bert.page);
  await identity.getByText(said("identity.confirmed")).waitFor();
  await bert.page.getByRole("log").getByText("anna asked to confirm each other.").waitFor();
  await page.keyboard.press("Escape");

  // A picture, an answer in a thread, a question.
  await attach(page, { name: "oberlauf.png", mimeType: "image/png", buffer: PICTURE });
  await dialogButton(page, "composer.send-files").click();
  await bert.page.getByRole("img", { name: "oberlauf.png" }).waitFor();
  await hold(bert.page, "Willkommen!");
  await bert.page.getByRole("menuitem", { name: said("threads.answer") }).tap();
  const answer = beside(bert.page, "panel.thread").getByRole("textbox");
  await answer.fill("Thank you!");
  await beside(bert.page, "panel.thread")
    .getByRole("button", { name: said("common.send") })
    .tap();
  await page.getByRole("button", { name: /1 Antwort/ }).waitFor();
  await page.getByRole("button", { name: said("composer.more") }).click();
  await page.getByRole("menuitem", { name: said("polls.new") }).click();
  const poll = page.getByRole("dialog");
  await poll.getByRole("textbox", { name: said("polls.question") }).fill("Kaffee?");
  for (const [index, words] of ["Ja", "Immer"].entries())
    await poll.getByRole("listitem").nth(index).getByRole("textbox").fill(words);
  await poll.getByRole("button", { name: said("polls.start") }).click();
  await beside(bert.page, "panel.thread")
    .getByRole("button", { name: said("common.close") })
    .tap();
  await message(bert.page, "Kaffee?")
    .getByRole("button", { name: /^Immer/ })
    .tap();
  await message(page, "Kaffee?").getByText(said("polls.voters")).filter({ hasText: "1" }).waitFor();
  await axeClean(bert.page);
  await screenshot(page, "first-minutes-1280");
  await screenshot(bert.page, "first-minutes-320");

  // And they hear each other.
  await bert.page.getByRole("button", { name: said("calls.start") }).tap();
  await page.getByRole("button", { name: said("calls.accept"), exact: true }).click();
  for (const one of [page, bert.page]) await one.getByText(said("calls.connected")).waitFor();
  await page.getByRole("button", { name: said("calls.hang-up") }).click();
  await page.getByRole("button", { name: said("calls.hang-up") }).waitFor({ state: "detached" });

  expect(Date.now() - startedMs, "milliseconds").toBeLessThan(MINUTES_MS);
  await anna.leave();
  await bert.leave();
});
