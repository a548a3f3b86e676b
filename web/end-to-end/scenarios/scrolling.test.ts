// A long conversation under somebody's eyes: whatever comes or changes elsewhere in it, what they read stays where it is.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { register } from "../harness/account.ts";
import { axeClean } from "../harness/looking.ts";
import { otherApp } from "../harness/other-app.ts";
import { newPerson, type Person } from "../harness/person.ts";
import { roomOf, sayIn } from "../harness/rooms.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";
import { message } from "../harness/talking.ts";

/** More than a conversation keeps at a time. */
const MESSAGES = 1_000;
const LAST = `Word ${MESSAGES - 1}.`;
/** What is rounded, and a line that is drawn a little higher than it is. */
const JUMP_MAX_PX = 2;
const STEP_PX = 700;

stage();

const log = (page: Page) => page.getByRole("log", { name: said("conversation.messages") });
const words = (index: number): object => ({
  msgtype: "m.text",
  body: `Word ${index}. ${"and so on ".repeat((index * 7) % 23)}`,
});

let anna: Person;
let roomId: string;
let sent: string[];

/** Scrolls until this is drawn, and puts it in the middle. */
async function lookAt(page: Page, text: string, direction: 1 | -1 = -1): Promise<void> {
  for (let step = 0; step < 400; step += 1) {
    const there = await log(page).evaluate(
      async (list, { wanted, by }) => {
        const found = [...list.querySelectorAll("article")].find((one) => one.textContent?.includes(wanted));
        if (found) found.scrollIntoView({ block: "center" });
        else list.scrollBy(0, by);
        await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
        return found !== undefined;
      },
      { wanted: text, by: direction * STEP_PX },
    );
    if (there) return;
  }
  throw new Error(`never came into view: ${text}`);
}

/** How far the message that stands in the middle is moved while something happens, at the worst of all frames. */
async function movedWhile(page: Page, act: () => Promise<void>): Promise<number> {
  const watched = await log(page).evaluateHandle((list) => {
    const { left, top, width, height } = list.getBoundingClientRect();
    const at = document.elementsFromPoint(left + width / 2, top + height / 2);
    const read = at.map((element) => element.closest("[data-row]")).find(Boolean);
    const text = read?.textContent ?? "";
    const place = (): number | undefined =>
      [...list.querySelectorAll("[data-row]")]
        .find((row) => row.textContent === text)
        ?.getBoundingClientRect().top;
    const from = place() ?? Number.NaN;
    const seen = { worst: 0, over: false };
    const look = (): void => {
      seen.worst = Math.max(seen.worst, Math.abs((place() ?? Number.POSITIVE_INFINITY) - from));
      if (!seen.over) requestAnimationFrame(look);
    };
    look();
    return seen;
  });
  await act();
  return watched.evaluate(async (seen) => {
    for (let frame = 0; frame < 10; frame += 1) await new Promise(requestAnimationFrame);
    seen.over = true;
    return seen.worst;
  });
}

const rows = (page: Page) => log(page).evaluate((list) => list.scrollHeight);

test("a long conversation opens at its newest message", async () => {
  anna = await newPerson(browser, herold.url, { name: "anna" });
  await register(anna.page, "anna");
  await otherApp(herold.url, "bert", { register: true });
  roomId = await roomOf(herold.url, ["bert", "anna"], { name: "Long room" });
  sent = await sayIn(
    herold.url,
    "bert",
    roomId,
    Array.from({ length: MESSAGES }, (_, index) => words(index)),
  );
  await anna.page.getByRole("row", { name: "Long room" }).filter({ hasText: LAST }).click();
  await expect.poll(() => message(anna.page, LAST).isVisible()).toBe(true);
  await expect
    .poll(() => log(anna.page).evaluate((list) => -list.scrollTop))
    .toBeLessThanOrEqual(JUMP_MAX_PX);
  await axeClean(anna.page);
});

test("older messages come in above without moving what is read", async () => {
  const { page, context } = anna;
  // What came while the page was open is there already; who comes back asks for it.
  await page.reload();
  await message(page, LAST).waitFor();
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await context.route(/\/messages\?/, async (route) => {
    await held;
    await route.continue();
  });
  const asked = page.waitForRequest(/\/messages\?/);
  await log(page).evaluate((list) => list.scrollTo(0, -list.scrollHeight));
  await asked;
  const height = await rows(page);
  const moved = await movedWhile(page, async () => {
    release();
    await expect.poll(() => rows(page)).toBeGreaterThan(height);
  });
  await context.unroute(/\/messages\?/);
  expect(moved).toBeLessThanOrEqual(JUMP_MAX_PX);
});

test("what changes above and what comes below moves nothing", async () => {
  const { page } = anna;
  await lookAt(page, "Word 900.");
  const above = sent[898] ?? "";
  const longer = { msgtype: "m.text", body: `Changed. ${"much longer than before ".repeat(30)}` };
  const edit = {
    ...longer,
    "m.new_content": longer,
    "m.relates_to": { rel_type: "m.replace", event_id: above },
  };
  const reaction = { "m.relates_to": { rel_type: "m.annotation", event_id: sent[899], key: "👍" } };
  const moved = await movedWhile(page, async () => {
    await sayIn(herold.url, "bert", roomId, [edit, { msgtype: "m.text", body: "Something new below" }]);
    await sayIn(herold.url, "bert", roomId, [reaction], "m.reaction");
    await message(page, "Changed.").waitFor({ state: "attached" });
    await log(page).getByText("👍").waitFor({ state: "attached" });
  });
  expect(moved).toBeLessThanOrEqual(JUMP_MAX_PX);
});

test("a window of another size shows the same messages", async () => {
  const { page } = anna;
  await lookAt(page, "Word 900.");
  await page.setViewportSize({ width: 900, height: 700 });
  await expect.poll(() => message(page, "Word 900.").isVisible()).toBe(true);
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect.poll(() => message(page, "Word 900.").isVisible()).toBe(true);
});

test("a window higher than most has what it shows, and rests", async () => {
  const { page } = anna;
  await page.setViewportSize({ width: 900, height: 3_840 });
  await lookAt(page, "Word 500.");
  const rests = await log(page).evaluate(async (list) => {
    let still = 0;
    const watcher = new MutationObserver(() => {
      still = 0;
    });
    watcher.observe(list, { childList: true, subtree: true });
    for (let frame = 0; frame < 1_200 && still < 60; frame += 1) {
      await new Promise(requestAnimationFrame);
      still += 1;
    }
    watcher.disconnect();
    return still >= 60;
  });
  expect(rests).toBe(true);
  expect(await message(page, "Word 500.").isVisible()).toBe(true);
  await page.setViewportSize({ width: 1280, height: 800 });
});

test("whoever was led to a message goes on from there, and is not brought back", async () => {
  const { page } = anna;
  await page.goto(`${page.url().replace(/\/\$.*$/, "")}/${sent[500]}`);
  await log(page).locator("article[data-target=true]").filter({ hasText: "Word 500." }).waitFor();
  // Other rows come in on the way: the message goes down with what is scrolled.
  const gone = await log(page).evaluate(async (list) => {
    const target = list.querySelector("article[data-target=true]");
    const place = (): number => target?.getBoundingClientRect().top ?? Number.NaN;
    const from = place();
    for (let frame = 0; frame < 80; frame += 1) {
      list.scrollBy(0, -20);
      await new Promise(requestAnimationFrame);
    }
    return place() - from;
  });
  // It may have stood still at what had not come yet.
  expect(gone).toBeGreaterThan(80 * 20 * 0.75);
});

test("far back in it the newest is one press away, and comes by scrolling as well", async () => {
  const { page } = anna;
  await lookAt(page, "Word 3.");
  // What is far behind was let go: a conversation does not grow without end.
  expect(await log(page).locator("[data-row]").count()).toBeLessThan(MESSAGES / 2);
  await lookAt(page, "Something new below", 1);
  await lookAt(page, "Word 100.");
  await page.getByRole("button", { name: said("conversation.to-newest") }).click();
  await expect.poll(() => message(page, "Something new below").isVisible()).toBe(true);
  await sayIn(herold.url, "bert", roomId, [{ msgtype: "m.text", body: "And it goes on" }]);
  await expect.poll(() => message(page, "And it goes on").isVisible()).toBe(true);
  await anna.leave();
});
