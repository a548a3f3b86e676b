// Threads: an answer beside the conversation, its summary under the root, and what is new in it for the other.
import type { Locator, Page } from "playwright-core";
import { test } from "vitest";

import { register } from "../harness/account.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { newPerson, PHONE } from "../harness/person.ts";
import { roomOf } from "../harness/rooms.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";
import { open } from "../harness/talking.ts";

stage();

const main = (page: Page): Locator => page.locator("#conversation");
const panel = (page: Page, title: "panel.thread" | "panel.threads"): Locator =>
  page.getByRole("complementary", { name: said(title) });
const write = async (place: Locator, words: string): Promise<void> => {
  const field = place.getByRole("textbox", { name: said("composer.placeholder-encrypted") });
  await field.fill(words);
  await field.press("Enter");
};

test("a thread is answered by both, counted, and read apart from the room", async () => {
  const anna = await newPerson(browser, herold.url, { name: "anna", locale: "de-DE" });
  const bert = await newPerson(browser, herold.url, {
    name: "bert",
    locale: "en-GB",
    viewport: PHONE,
    colorScheme: "dark",
  });
  await Promise.all([register(anna.page, "anna"), register(bert.page, "bert")]);
  await roomOf(herold.url, ["anna", "bert"], { name: "Lobby", encrypted: true });
  for (const { page } of [anna, bert]) await open(page, "Lobby");

  await write(main(anna.page), "Wer kommt zum Mittagessen?");
  const root = main(bert.page).getByRole("article").filter({ hasText: "Mittagessen" });
  await root.hover();
  await root.getByRole("button", { name: said("threads.answer") }).click();
  const thread = panel(bert.page, "panel.thread");
  await thread.getByText("Mittagessen").waitFor();
  await write(thread, "Me!");
  await thread.getByRole("log").getByText("Me!").waitFor();
  await axeClean(bert.page);
  await fitsInWidth(bert.page);
  await screenshot(bert.page, "thread-320-dark");

  // Under its root, with what is new; not in the conversation itself.
  const summary = main(anna.page).getByRole("button", { name: /1 Antwort/ });
  await summary.waitFor();
  await main(anna.page)
    .getByRole("button", { name: /1 Antwort.*1 ungelesene/ })
    .waitFor();
  await main(anna.page).getByRole("article").filter({ hasText: "bert: Me!" }).waitFor();
  await anna.page.getByRole("button", { name: said("threads.open-unread") }).click();
  const list = panel(anna.page, "panel.threads");
  await list.getByRole("row", { name: /Mittagessen/ }).waitFor();
  await axeClean(anna.page);
  await screenshot(anna.page, "threads-1280");
  await list.getByRole("row", { name: /Mittagessen/ }).press("Enter");
  await panel(anna.page, "panel.thread").getByRole("log").getByText("Me!").waitFor();

  // Seen there, it is not new any more, and Bert sees that.
  await main(anna.page)
    .getByRole("button", { name: /1 ungelesene/ })
    .waitFor({ state: "hidden" });
  await write(panel(anna.page, "panel.thread"), "Ich auch.");
  await thread.getByRole("log").getByText("Ich auch.").waitFor();
  await main(anna.page)
    .getByRole("button", { name: /2 Antworten/ })
    .waitFor();
  await screenshot(anna.page, "thread-1280");
  await axeClean(anna.page);

  // Everything is there again after a reload.
  await anna.page.reload();
  await panel(anna.page, "panel.thread").getByRole("log").getByText("Me!").waitFor();
  await main(anna.page)
    .getByRole("button", { name: /2 Antworten/ })
    .waitFor();
  await anna.leave();
  await bert.leave();
});
