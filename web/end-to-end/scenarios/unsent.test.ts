// The page is loaded again at the worst moments, while nobody answers: what was on it is there again, and comes once.
import type { Route } from "playwright-core";
import { expect, test } from "vitest";

import { beside } from "../harness/beside.ts";
import { keeps } from "../harness/kept.ts";
import { axeClean } from "../harness/looking.ts";
import { NO_SERVER, type Person } from "../harness/person.ts";
import { said } from "../harness/said.ts";
import { stage } from "../harness/stage.ts";
import { field, message, press, sent, write } from "../harness/talking.ts";
import { twoTalking } from "../harness/two.ts";

let anna: Person;
let bert: Person;

/** What encryption asks the server before the first message of a conversation. */
const KEYS = /\/keys\/claim|\/sendToDevice\//;
const NEWS = /\/_matrix\/client\/v3\/sync/;
const SERVER = /\/_matrix\//;

stage();

const stop = (route: Route) => route.abort();
const log = (person: Person) => person.page.locator("#conversation").getByRole("log");
const thread = (person: Person) => beside(person.page, "panel.thread");
const offline = (person: Person) => person.page.getByRole("main").getByText(said("shell.offline"));
const waits = (person: Person, words: string) =>
  message(person.page, words)
    .getByRole("img", { name: said("message.sending") })
    .waitFor();
const shown = async (person: Person, words: readonly string[]): Promise<string[]> => {
  const rows = await log(person).getByRole("article").allInnerTexts();
  return rows.flatMap((row) => words.filter((one) => row.includes(one)).slice(0, 1));
};

/** Loads the page again while nothing reaches the server; `act` looks at it before the server is back. */
async function inTheDark({ context, page }: Person, act: () => Promise<void>): Promise<void> {
  await context.unroute(SERVER, stop);
  await context.route(SERVER, stop);
  await page.reload();
  await act();
  await context.unroute(SERVER, stop);
}

test("what could not even be encrypted is there again, and goes out in its order", async () => {
  [anna, bert] = await twoTalking({ name: "anna" }, { name: "bert" });
  anna.pardon(NO_SERVER);
  await anna.context.route(KEYS, stop);
  await write(bert.page, "A question");
  await message(anna.page, "A question").waitFor();
  await anna.page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });

  await field(anna.page).fill("Locked in a drawer");
  await field(anna.page).press("Enter");
  await waits(anna, "Locked in a drawer");
  await press(anna.page, "A question", "message.reply");
  await field(anna.page).fill("An answer");
  await field(anna.page).press("Enter");
  await waits(anna, "An answer");
  await press(anna.page, "A question", "threads.answer");
  const aside = thread(anna).getByRole("textbox");
  await aside.fill("Between us");
  await aside.press("Enter");
  await thread(anna).getByRole("article").filter({ hasText: "Between us" }).waitFor();

  await inTheDark(anna, async () => {
    for (const words of ["Locked in a drawer", "An answer"]) await waits(anna, words);
    await expect
      .poll(() => shown(anna, ["Locked in a drawer", "An answer"]))
      .toEqual(["Locked in a drawer", "An answer"]);
    await message(anna.page, "An answer").getByText("A question").waitFor();
    await thread(anna).getByRole("article").filter({ hasText: "Between us" }).waitFor();
    for (const words of ["Locked in a drawer", "An answer", "Between us", "A question"])
      expect(await keeps(anna.page, words), words).toBe(false);
    await axeClean(anna.page);
  });
  await anna.context.unroute(KEYS, stop);
  for (const words of ["Locked in a drawer", "An answer"]) await sent(anna.page, words);
  await message(bert.page, "An answer").getByText("A question").waitFor();
  await expect
    .poll(() => shown(bert, ["Locked in a drawer", "An answer"]))
    .toEqual(["Locked in a drawer", "An answer"]);
  await press(bert.page, "A question", "threads.answer");
  await thread(bert).getByRole("article").filter({ hasText: "Between us" }).waitFor();
  expect(await thread(bert).getByRole("article").filter({ hasText: "Between us" }).count()).toBe(1);
  for (const { page } of [anna, bert]) await page.keyboard.press("Escape");
});

test("what the server has taken and not told of is there again", async () => {
  await write(bert.page, "Heard last");
  await message(anna.page, "Heard last").waitFor();
  await anna.context.route(NEWS, stop);
  // That Bert writes answers what was asked before; nothing is after it.
  await field(bert.page).fill("Never sent");
  await offline(anna).waitFor();
  await write(anna.page, "Taken");
  await message(bert.page, "Taken").waitFor();
  await inTheDark(anna, async () => {
    await message(anna.page, "Taken").waitFor();
    await expect.poll(() => shown(anna, ["Heard last", "Taken"])).toEqual(["Heard last", "Taken"]);
  });
  await anna.context.unroute(NEWS, stop);
  await write(bert.page, "And I have it");
  await message(anna.page, "And I have it").waitFor();
  await expect.poll(() => shown(anna, ["Taken", "And I have it"])).toEqual(["Taken", "And I have it"]);
});

test("what others said a moment ago is there again", async () => {
  const words = ["First of three", "Second of three", "Third of three"];
  for (const one of words) {
    await write(bert.page, one);
    await message(anna.page, one).waitFor();
  }
  await write(anna.page, "Mine");
  await message(bert.page, "Mine").waitFor();
  await anna.context.route(SERVER, stop);
  await field(anna.page).press("ArrowUp");
  await field(anna.page).fill("Mine, put right");
  await field(anna.page).press("Enter");
  await message(anna.page, "Mine, put right").waitFor();
  await inTheDark(anna, async () => {
    await message(anna.page, "Mine, put right").waitFor();
    await expect.poll(() => shown(anna, [...words, "Mine"])).toEqual([...words, "Mine"]);
  });
  await message(bert.page, "Mine, put right").waitFor();
  await write(bert.page, "Light again");
  await message(anna.page, "Light again").waitFor();
  await expect
    .poll(() => shown(anna, [...words, "Mine", "Light again"]))
    .toEqual([...words, "Mine", "Light again"]);
  await anna.leave();
  await bert.leave();
});
