// Messages that are longer than anybody reads at a glance: folded until somebody wants them, or was led to them.
import { expect, test } from "vitest";

import { register } from "../harness/account.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { otherApp } from "../harness/other-app.ts";
import { newPerson, type Person, PHONE } from "../harness/person.ts";
import { roomOf, sayIn } from "../harness/rooms.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";
import { log, message } from "../harness/talking.ts";

/** About as large as an event may be. */
const REPORT = `Report. ${"This goes on and on. ".repeat(2_700)}`;
const FORMATTED = {
  format: "org.matrix.custom.html",
  formatted_body: `<b>List.</b>${"<p>a</p>".repeat(400)}`,
};
const ANSWER = `Soup ${"with this and that ".repeat(15)}`;
const SCREENS = 4;

stage();

let anna: Person;
let roomId: string;

const showAll = { name: said("message.show-all") };
const height = (words: string): Promise<number> =>
  message(anna.page, words).evaluate((article) => article.getBoundingClientRect().height);

test("a very long message is folded, and unfolded by keyboard with the focus in its words", async () => {
  anna = await newPerson(browser, herold.url, { name: "anna", viewport: PHONE, colorScheme: "dark" });
  const { page } = anna;
  await register(page, "anna");
  await otherApp(herold.url, "bert", { register: true });
  roomId = await roomOf(herold.url, ["bert", "anna"], { name: "Reports" });
  await sayIn(herold.url, "bert", roomId, [
    { msgtype: "m.text", body: `${REPORT} The hidden end.` },
    { msgtype: "m.text", body: "List.", ...FORMATTED },
    { msgtype: "m.text", body: "Tea?" },
  ]);
  await page.getByRole("row", { name: "Reports" }).click();
  await message(page, "Tea?").waitFor();
  expect(await message(page, "Tea?").getByRole("button", showAll).count()).toBe(0);
  const list = message(page, "List.");
  expect(await height("List.")).toBeLessThan(SCREENS * PHONE.height);
  await list.getByRole("button", showAll).scrollIntoViewIfNeeded();
  await axeClean(page);
  await fitsInWidth(page);
  await screenshot(page, "long-message-320-dark");
  const folded = await height("List.");
  await list.getByRole("button", showAll).focus();
  await page.keyboard.press("Enter");
  await list.getByRole("button", showAll).waitFor({ state: "detached" });
  expect(await height("List.")).toBeGreaterThan(2 * folded);
  expect(await list.evaluate((article) => article.contains(document.activeElement))).toBe(true);
});

test("what was unfolded stays so while one is elsewhere; the others stay folded", async () => {
  const { page } = anna;
  await log(page).evaluate((list) => list.scrollTo(0, -list.scrollHeight));
  const report = message(page, "Report.");
  await report.getByRole("button", showAll).waitFor();
  expect(await height("Report.")).toBeLessThan(SCREENS * PHONE.height);
  expect(await report.textContent()).not.toContain("The hidden end.");
  await log(page).evaluate((list) => list.scrollTo(0, 0));
  await message(page, "Tea?").waitFor();
  expect(await message(page, "List.").getByRole("button", showAll).count()).toBe(0);
});

test("whoever is led to a message by a search sees the whole of it", async () => {
  const { page } = anna;
  await page
    .getByRole("button", { name: said("common.more"), exact: true })
    .first()
    .click();
  await page.getByRole("menuitem", { name: said("search.in-room") }).click();
  await page.getByRole("searchbox", { name: said("search.in-room") }).fill("hidden end");
  await page
    .getByRole("grid", { name: said("search.results") })
    .getByRole("row", { name: /Report/ })
    .click();
  await message(page, "Report.").getByText("The hidden end.").waitFor();
});

test("a poll with long answers is folded as a whole", async () => {
  const { page } = anna;
  const poll = {
    "org.matrix.msc3381.poll.start": {
      question: { "org.matrix.msc1767.text": "What do we eat?" },
      kind: "org.matrix.msc3381.poll.disclosed",
      max_selections: 1,
      answers: [
        { id: "1", "org.matrix.msc1767.text": ANSWER },
        { id: "2", "org.matrix.msc1767.text": "Pizza" },
      ],
    },
  };
  await sayIn(herold.url, "bert", roomId, [poll], "org.matrix.msc3381.poll.start");
  await page.getByRole("button", { name: said("conversation.to-newest") }).click();
  const asked = message(page, "What do we eat?");
  expect((await asked.getByRole("button", { name: /^Soup/ }).textContent())?.length).toBeLessThan(200);
  await axeClean(page);
  await screenshot(page, "long-poll-320-dark");
  await asked.getByRole("button", showAll).click();
  await expect
    .poll(async () => (await asked.getByRole("button", { name: /^Soup/ }).textContent())?.trim())
    .toBe(ANSWER.trim());
  await anna.leave();
});
