// Several tabs of one account: one of them has it, and the others stop wherever they are in their start. Whatever fails
// in one of them unseen fails the scenario.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { register } from "../harness/account.ts";
import { axeClean } from "../harness/looking.ts";
import { newPerson, type Person } from "../harness/person.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";

/** As many as a browser may bring back at once. */
const TABS = 5;
const BACKUP = /\/room_keys\/version/;

stage();

let anna: Person;

const has = (page: Page) => page.getByRole("button", { name: said("shell.menu") });
const gaveWay = (page: Page) => page.getByRole("button", { name: said("shell.use-here") });

async function newTab(): Promise<Page> {
  const page = await anna.context.newPage();
  await page.goto(herold.url);
  return page;
}

test("a tab that gives the account away while it starts stops in order", async () => {
  anna = await newPerson(browser, herold.url, { name: "anna" });
  await register(anna.page, "anna");
  let answer = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await anna.context.route(BACKUP, async (route) => {
    await held;
    await route.continue();
  });
  const asked = anna.context.waitForEvent("request", (request) => BACKUP.test(request.url()));
  const starting = await newTab();
  await gaveWay(anna.page).waitFor();
  await asked;
  // It looks for its backup when the next one takes the account.
  const next = await newTab();
  await has(next).waitFor();
  await gaveWay(starting).waitFor();
  await axeClean(starting);
  const answered = starting.waitForEvent("requestfinished", (request) => BACKUP.test(request.url()));
  answer();
  await answered;
  // What came of the answer has come before this one is there.
  await starting.evaluate(async () => (await fetch("/app.json")).text());
  await anna.context.unroute(BACKUP);
});

test("of tabs that are opened at once one has the account", async () => {
  const before = anna.context.pages();
  const tabs = await Promise.all(Array.from({ length: TABS }, newTab));
  await expect
    .poll(async () => (await Promise.all(before.map((page) => gaveWay(page).count()))).every(Boolean))
    .toBe(true);
  await expect
    .poll(
      async () => {
        const having = await Promise.all(tabs.map((page) => has(page).isVisible()));
        return having.filter(Boolean).length;
      },
      { timeout: 30_000 },
    )
    .toBe(1);
  await anna.leave();
});
