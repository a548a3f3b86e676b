// Threads: an answer beside the conversation, its summary under the root, and what is new in it for the other.
import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";

import { register } from "../harness/account.ts";
import { beside } from "../harness/beside.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { otherApp } from "../harness/other-app.ts";
import { NO_SERVER, newPerson, PHONE } from "../harness/person.ts";
import { roomOf, sayIn } from "../harness/rooms.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";
import { open } from "../harness/talking.ts";
import { twoInRoom } from "../harness/two.ts";

stage();

const main = (page: Page): Locator => page.locator("#conversation");
const write = async (place: Locator, words: string): Promise<void> => {
  const field = place.getByRole("textbox", { name: said("composer.placeholder-encrypted") });
  await field.fill(words);
  await field.press("Enter");
};

test("a thread is answered by both, counted, and read apart from the room", async () => {
  const [anna, bert] = await twoInRoom(
    { name: "anna", locale: "de-DE" },
    { name: "bert", locale: "en-GB", viewport: PHONE, colorScheme: "dark" },
  );

  await write(main(anna.page), "Wer kommt zum Mittagessen?");
  const root = main(bert.page).getByRole("article").filter({ hasText: "Mittagessen" });
  await root.hover();
  await root.getByRole("button", { name: said("threads.answer") }).click();
  const thread = beside(bert.page, "panel.thread");
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
  const list = beside(anna.page, "panel.threads");
  await list.getByRole("row", { name: /Mittagessen/ }).waitFor();
  await axeClean(anna.page);
  await screenshot(anna.page, "threads-1280");
  await list.getByRole("row", { name: /Mittagessen/ }).press("Enter");
  await beside(anna.page, "panel.thread").getByRole("log").getByText("Me!").waitFor();

  // Seen there, it is not new any more, and Bert sees that.
  await main(anna.page)
    .getByRole("button", { name: /1 ungelesene/ })
    .waitFor({ state: "hidden" });
  await write(beside(anna.page, "panel.thread"), "Ich auch.");
  await thread.getByRole("log").getByText("Ich auch.").waitFor();
  await main(anna.page)
    .getByRole("button", { name: /2 Antworten/ })
    .waitFor();
  await screenshot(anna.page, "thread-1280");
  await axeClean(anna.page);

  // Everything is there again after a reload.
  await anna.page.reload();
  await beside(anna.page, "panel.thread").getByRole("log").getByText("Me!").waitFor();
  await main(anna.page)
    .getByRole("button", { name: /2 Antworten/ })
    .waitFor();
  await anna.leave();
  await bert.leave();
});

test("a link leads to an answer far back in a thread, and what is new in it is counted by the server", async () => {
  const clara = await newPerson(browser, herold.url, { name: "clara", locale: "de-DE" });
  await register(clara.page, "clara");
  await otherApp(herold.url, "david", { register: true });
  const roomId = await roomOf(herold.url, ["clara", "david"], { name: "Chronik" });
  // She hears of all of it at once: what comes while the SDK loads a thread it puts behind what it loads.
  clara.pardon(NO_SERVER);
  await clara.context.setOffline(true);
  const [root = ""] = await sayIn(herold.url, "david", roomId, [{ msgtype: "m.text", body: "Wie war es?" }]);
  const relation = { rel_type: "m.thread", event_id: root };
  const answers = await sayIn(
    herold.url,
    "david",
    roomId,
    Array.from({ length: 130 }, (_, index) => ({
      msgtype: "m.text",
      body: `Antwort ${index + 1}.`,
      "m.relates_to": relation,
    })),
  );
  await clara.context.setOffline(false);
  await open(clara.page, "Chronik");
  // More than are loaded with a thread.
  const summary = (unread: string) =>
    main(clara.page).getByRole("button", { name: new RegExp(`130.*${unread}`) });
  await summary("130 ungelesene").waitFor();

  await clara.page.evaluate(
    ([room, answer]) => {
      location.hash = `#/room/${encodeURIComponent(room ?? "")}/${encodeURIComponent(answer ?? "")}`;
    },
    [roomId, answers[9]],
  );
  const thread = beside(clara.page, "panel.thread");
  const found = thread.getByRole("article").filter({ hasText: "Antwort 10." });
  await found.and(clara.page.locator("[data-target=true]")).waitFor();
  expect(await found.evaluate((one) => one.getBoundingClientRect().top > 0)).toBe(true);
  await axeClean(clara.page);
  await screenshot(clara.page, "thread-at-answer-1280");
  // Around it, both ways; what one has not seen is not read.
  await thread.getByText("Antwort 9.", { exact: true }).waitFor();
  await thread.getByText("Antwort 11.", { exact: true }).waitFor();
  await summary("130 ungelesene").waitFor();
  await thread.getByRole("button", { name: said("conversation.to-newest") }).click();
  await thread.getByText("Antwort 130.", { exact: true }).waitFor();
  await summary("ungelesene").waitFor({ state: "hidden" });

  // The link stands in the address, and leads there again.
  await clara.page.reload();
  await found.and(clara.page.locator("[data-target=true]")).waitFor();
  await clara.leave();
});
