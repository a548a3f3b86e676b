// What is done with messages: earlier versions, forwarding, pins, links to them, who read them, reporting, removing.
import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";

import { asPerson } from "../harness/api.ts";
import { beside } from "../harness/beside.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { type Person, PHONE } from "../harness/person.ts";
import { roomOf, sayIn } from "../harness/rooms.ts";
import { said } from "../harness/said.ts";
import { herold, stage } from "../harness/stage.ts";
import { choose, message, open, write } from "../harness/talking.ts";
import { twoInRoom } from "../harness/two.ts";

let anna: Person;
let bert: Person;

stage();

const log = (page: Page): Locator => page.locator("#conversation").getByRole("log");
test("what was said before an edit can be looked at", async () => {
  [anna, bert] = await twoInRoom(
    { name: "anna", locale: "de-DE", permissions: ["clipboard-read", "clipboard-write"] },
    { name: "bert", locale: "en-GB", viewport: PHONE, colorScheme: "dark" },
  );
  await roomOf(herold.url, ["anna", "bert"], { name: "Archiv" });
  await write(anna.page, "Um zwölf");
  await anna.page.locator("#conversation textarea").press("ArrowUp");
  await write(anna.page, "Um eins");
  await message(bert.page, "Um eins").getByText(said("message.edited")).waitFor();
  await choose(bert.page, "Um eins", "message.versions");
  const dialog = bert.page.getByRole("dialog");
  await dialog.getByText("Um zwölf").waitFor();
  expect(await dialog.getByRole("listitem").allInnerTexts()).toEqual([
    expect.stringContaining("Um eins"),
    expect.stringContaining("Um zwölf"),
  ]);
  await axeClean(bert.page);
  await fitsInWidth(bert.page);
  await screenshot(bert.page, "message-versions-320-dark");
  await dialog.getByRole("button", { name: said("common.close") }).click();
});

test("the menu says all that can be done, code has colours and covered words wait", async () => {
  await write(anna.page, "```rust\nfn main() { let ruhe = 42; }\n```\nEs war ||der Gärtner||.", "fn main");
  const covered = message(bert.page, "fn main").locator("[data-mx-spoiler]");
  await message(bert.page, "fn main").locator(".hljs-keyword").first().waitFor();
  expect(await covered.getAttribute("aria-label")).toBe("Covered words: show them");
  await axeClean(bert.page);
  await covered.focus();
  await bert.page.keyboard.press("Enter");
  expect(await covered.getAttribute("data-shown")).toBe("");
  await message(anna.page, "fn main").hover();
  await message(anna.page, "fn main")
    .getByRole("button", { name: said("common.more") })
    .click();
  await anna.page.getByRole("menuitem", { name: said("message.copy") }).waitFor();
  await axeClean(anna.page);
  await screenshot(anna.page, "message-menu-1280");
  await anna.page.keyboard.press("Escape");
});

test("one and several messages are forwarded to another conversation", async () => {
  const { page } = anna;
  await choose(page, "Um eins", "message.select");
  await message(page, "fn main").getByRole("checkbox").check();
  await page.getByText("2 Nachrichten ausgewählt").waitFor();
  await axeClean(page);
  await screenshot(page, "message-selection-1280");
  await page
    .getByRole("toolbar", { name: said("message.selected-actions") })
    .getByRole("button", { name: said("message.forward") })
    .click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: said("common.search") }).fill("arch");
  await dialog.getByRole("row", { name: /Archiv/ }).click();
  await axeClean(page);
  await screenshot(page, "message-forward-1280");
  await dialog.getByRole("button", { name: "An eine weiterleiten" }).click();
  await dialog.waitFor({ state: "hidden" });
  await open(page, "Archiv");
  await message(page, "Um eins").waitFor();
  await message(page, "fn main").waitFor();
  await open(page, "Lobby");
});

test("what is pinned stands above the conversation for both, and leads to the message", async () => {
  await choose(anna.page, "Um eins", "message.pin");
  const banner = bert.page.getByRole("region", { name: said("panel.pinned") });
  await banner.getByText("anna: Um eins").waitFor();
  await axeClean(bert.page);
  await screenshot(bert.page, "pinned-320-dark");
  await banner.getByRole("button", { name: "Show the pinned message" }).click();
  const panel = beside(bert.page, "panel.pinned");
  await panel.getByText("Um eins").waitFor();
  await axeClean(bert.page);
  await panel.getByRole("button", { name: said("message.show") }).click();
  await log(bert.page).locator("article[data-target=true]").filter({ hasText: "Um eins" }).waitFor();
  await choose(anna.page, "Um eins", "message.unpin");
  await banner.waitFor({ state: "hidden" });
});

test("a link to a message leads there from anywhere, and an answer back to what it answers", async () => {
  const lines = Array.from({ length: 80 }, (_, index) => ({ msgtype: "m.text", body: `Zeile ${index}` }));
  const roomId = await roomOf(herold.url, ["anna", "bert"], { name: "Lang" });
  const ids = await sayIn(herold.url, "anna", roomId, lines);
  await sayIn(herold.url, "anna", roomId, [
    { msgtype: "m.text", body: "Dazu noch", "m.relates_to": { "m.in_reply_to": { event_id: ids[3] } } },
  ]);
  const { page } = anna;
  await open(page, "Lang");
  await message(page, "Dazu noch")
    .getByRole("button", { name: /Zeile 3/ })
    .click();
  await log(page).locator("article[data-target=true]").filter({ hasText: "Zeile 3" }).waitFor();
  await choose(page, "Zeile 3", "message.copy-link");
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toContain("via=");
  await screenshot(page, "answer-back-1280");
  await page.getByRole("button", { name: said("conversation.back-to-answer") }).click();
  await message(page, "Dazu noch").waitFor();
  await open(page, "Lobby");
  await write(page, `Siehe ${link}`, "Siehe");
  await log(page).getByRole("link", { name: link }).click();
  await page.getByRole("heading", { level: 1 }).getByText("Lang").waitFor();
  await log(page).locator("article[data-target=true]").filter({ hasText: "Zeile 3" }).waitFor();

  // To a day, which here is the first one.
  await page.getByRole("button", { name: said("conversation.to-newest") }).click();
  await message(page, "Dazu noch").waitFor();
  await log(page).evaluate((list) => list.scrollBy(0, -200));
  await page
    .getByRole("button", { name: said("conversation.day") })
    .first()
    .click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(said("conversation.date")).fill("2020-01-01");
  await axeClean(page);
  await dialog.getByRole("button", { name: said("conversation.go") }).click();
  await message(page, "Zeile 0").waitFor();
  await open(page, "Lobby");
});

test("who has read is told with the time, bad words are reported, and one's own removed", async () => {
  const { page } = bert;
  await write(page, "Das war dumm");
  await message(anna.page, "Das war dumm").waitFor();
  await message(page, "Das war dumm")
    .getByRole("button", { name: said("message.read-by") })
    .click();
  await page
    .getByRole("dialog", { name: said("message.readers") })
    .getByText("anna")
    .waitFor();
  await axeClean(page);
  await page.keyboard.press("Escape");
  await choose(anna.page, "Das war dumm", "message.report");
  await anna.page.getByRole("textbox", { name: said("message.reason") }).fill("unhöflich");
  await axeClean(anna.page);
  await anna.page
    .getByRole("dialog")
    .getByRole("button", { name: said("message.report") })
    .click();
  await anna.page.getByText(said("message.reported")).waitFor();
  await anna.page.getByRole("button", { name: said("common.done") }).click();
  await choose(page, "Das war dumm", "message.remove");
  await axeClean(page);
  await page
    .getByRole("dialog")
    .getByRole("button", { name: said("message.remove") })
    .click();
  await log(anna.page).getByText(said("message.removed")).waitFor();
  expect(await message(anna.page, "Das war dumm").count()).toBe(0);
});

test("with a message goes what it was before it was edited, from the server too", async () => {
  const room = await roomOf(herold.url, ["anna", "bert"], { name: "Termine" });
  await open(anna.page, "Termine");
  await anna.page.getByRole("heading", { level: 1, name: "Termine" }).waitFor();
  await write(anna.page, "Treffpunkt Hafen");
  await anna.page.locator("#conversation textarea").press("ArrowUp");
  await write(anna.page, "Treffpunkt Bahnhof");
  const told = async () => {
    const path = `/v3/rooms/${encodeURIComponent(room)}/messages?dir=b&limit=50`;
    return JSON.stringify(await asPerson(herold.url, "bert", (ask) => ask("GET", path)));
  };
  expect(await told()).toMatch(/Hafen.*Bahnhof|Bahnhof.*Hafen/);
  await choose(anna.page, "Treffpunkt Bahnhof", "message.remove");
  const dialog = anna.page.getByRole("dialog");
  await dialog.getByRole("button", { name: said("message.remove") }).click();
  await dialog.waitFor({ state: "detached" });
  // What is left of an edit says nothing of what it was one of.
  await log(anna.page).getByText(said("message.removed")).first().waitFor();
  expect(await told()).not.toMatch(/Treffpunkt/);
});

test("nothing of it went wrong", async () => {
  await anna.leave();
  await bert.leave();
});
