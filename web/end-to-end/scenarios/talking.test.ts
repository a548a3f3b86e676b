// Two people talk, one at a desk and one at a phone: from the invitation on, encrypted, with everything that they do
// to messages.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import { register } from "../harness/account.ts";
import { startConversation } from "../harness/api.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { newPerson, PHONE } from "../harness/person.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";
import { attach, choose, field, message, open, press, write } from "../harness/talking.ts";

const PICTURE = join(import.meta.dirname, "../../packages/app/public/icons/mark-192.png");

stage();

test("two people talk, at a desk and at a phone", async () => {
  const anna = await newPerson(browser, herold.url, { name: "anna", locale: "de-DE" });
  const bert = await newPerson(browser, herold.url, {
    name: "bert",
    locale: "en-GB",
    colorScheme: "dark",
    viewport: PHONE,
  });
  // Once in a dozen times Chromium asks for a picture otherwise than as a picture, and the policy refuses it; no script
  // does. It is known to do so with a picture that gets its address while `beforeunload` is told, and which nobody sees
  // any more: it asks as for a ping then. That it is this, at the reload below, was not caught in the act.
  bert.pardon(/^Connecting to 'blob:[^']*' violates .*connect-src/);
  await Promise.all([register(anna.page, "anna"), register(bert.page, "bert")]);
  await startConversation(herold.url, "anna", "bert");

  await open(bert.page, "anna");
  const accept = bert.page.getByRole("button", { name: said("conversation.accept") });
  await accept.waitFor();
  await axeClean(bert.page);
  await fitsInWidth(bert.page);
  await screenshot(bert.page, "invitation-320-dark");
  await accept.click();
  await open(anna.page, "bert");

  // Words.
  await write(anna.page, "Guten Morgen, Bert!");
  await message(bert.page, "Guten Morgen, Bert!").waitFor();
  await write(bert.page, "We have to talk about **this**.", "We have to talk about this.");
  await message(anna.page, "talk about this").locator("strong", { hasText: "this" }).waitFor();
  await write(bert.page, "Good morning. Shall we meet at nine?");
  await message(anna.page, "Shall we meet at nine?").waitFor();
  await message(bert.page, "Shall we meet at nine?")
    .getByRole("button", { name: said("message.read-by") })
    .waitFor();

  // An answer, another wording of it, a reaction that is taken back.
  await press(anna.page, "Shall we meet at nine?", "message.reply");
  await write(anna.page, "Gern um zehn");
  const answer = message(bert.page, "Gern um zehn");
  await answer.getByText("Good morning. Shall we meet at nine?").waitFor();
  await choose(anna.page, "Gern um zehn", "message.edit");
  await write(anna.page, "Gern um elf");
  await message(bert.page, "Gern um elf").getByText(said("message.edited")).waitFor();
  await press(bert.page, "Gern um elf", "message.react");
  await bert.page.getByRole("button", { name: "🎉" }).click();
  await message(anna.page, "Gern um elf").getByRole("button", { name: "🎉" }).waitFor();
  await message(bert.page, "Gern um elf").getByRole("button", { name: "🎉" }).click();
  await message(anna.page, "Gern um elf").getByRole("button", { name: "🎉" }).waitFor({ state: "detached" });

  // A picture, and a file that comes out as it went in.
  await attach(bert.page, PICTURE, import.meta.filename);
  await bert.page.getByRole("button", { name: "Send 2 files" }).click();
  const picture = anna.page.getByRole("img", { name: "mark-192.png" });
  await picture.waitFor();
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(192);
  await press(anna.page, "talking.test.ts", "message.fetch-file");
  const download = anna.page.waitForEvent("download");
  await anna.page.getByRole("link", { name: said("message.save-file") }).click();
  const saved = await (await download).path();
  expect(await readFile(saved, "utf8")).toBe(await readFile(import.meta.filename, "utf8"));
  await anna.page.getByRole("button", { name: said("message.open-picture") }).click();
  await anna.page.getByRole("dialog").getByRole("img").waitFor();
  await axeClean(anna.page);
  await anna.page.keyboard.press("Escape");

  await axeClean(anna.page);
  await axeClean(bert.page);
  await fitsInWidth(bert.page);
  await screenshot(anna.page, "talking-1280");
  await screenshot(bert.page, "talking-320-dark");

  // What is removed is gone, also where it was answered.
  await choose(bert.page, "Good morning. Shall we meet at nine?", "message.remove");
  await bert.page
    .getByRole("dialog")
    .getByRole("button", { name: said("message.remove") })
    .click();
  await anna.page.getByText("Good morning. Shall we meet at nine?").first().waitFor({ state: "detached" });
  const removed = anna.page.getByRole("log").getByText(said("message.removed"));
  await removed.first().waitFor();
  expect(await removed.count(), "the message, and its answer that shows it").toBe(2);
  await expect(field(anna.page).inputValue()).resolves.toBe("");

  // What was edited leaves one line: it and its edits were events of their own.
  await choose(anna.page, "Gern um elf", "message.remove");
  await anna.page
    .getByRole("dialog")
    .getByRole("button", { name: said("message.remove") })
    .click();
  const lines = bert.page.getByRole("log").getByText(said("message.removed"));
  await bert.page.getByText("Gern um elf").first().waitFor({ state: "detached" });
  await write(anna.page, "Bis dann");
  await message(bert.page, "Bis dann").waitFor();
  await expect.poll(() => lines.count()).toBe(2);
  await bert.page.reload();
  await message(bert.page, "Bis dann").waitFor();
  await expect.poll(() => lines.count()).toBe(2);
  await anna.leave();
  await bert.leave();
});
