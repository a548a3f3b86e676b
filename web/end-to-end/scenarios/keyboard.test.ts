// Without a mouse: from the list into a conversation, writing, and changing what was written.
import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";

import { register } from "../harness/account.ts";
import { startConversation } from "../harness/api.ts";
import { axeClean } from "../harness/looking.ts";
import { newPerson } from "../harness/person.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";
import { field, message, sent } from "../harness/talking.ts";

/** Steps from anywhere to anywhere. */
const STEPS_MAX = 40;

stage();

/** Goes on with Tab, or back with Shift+Tab, until this has the focus. */
async function reach(page: Page, wanted: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  for (let step = 0; step < STEPS_MAX; step += 1) {
    await page.keyboard.press(key);
    if (await has(wanted)) return;
  }
  throw new Error(`not reached by ${key}: ${wanted}`);
}

const has = (wanted: Locator): Promise<boolean> =>
  wanted.first().evaluate((element) => element === document.activeElement);

test("everything is done with the keyboard", async () => {
  const anna = await newPerson(browser, herold.url, { name: "anna" });
  const { page } = anna;
  await register(page, "anna");
  const bert = await newPerson(browser, herold.url, { name: "bert" });
  await register(bert.page, "bert");
  await startConversation(herold.url, "anna", "bert");
  const row = page.getByRole("row", { name: "bert" });
  await row.waitFor();

  await reach(page, row);
  await page.keyboard.press("Enter");
  await field(page).waitFor();
  await reach(page, field(page));
  await page.keyboard.type("Written blindly");
  await page.keyboard.press("Enter");
  await sent(page, "Written blindly");

  // Back to the message, into its menu, and out of it again without having done anything.
  const more = message(page, "Written blindly").getByRole("button", { name: said("common.more") });
  await reach(page, more, "Shift+Tab");
  await axeClean(page);
  await page.keyboard.press("Enter");
  await page.getByRole("menu").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "detached" });
  await expect.poll(() => has(more)).toBe(true);

  // The arrows walk along what can be done with it; from there Escape leads to where one writes, once what is told of
  // the button is put away.
  await page.keyboard.press("ArrowLeft");
  const inThread = message(page, "Written blindly").getByRole("button", { name: said("threads.answer") });
  await expect.poll(() => has(inThread)).toBe(true);
  await expect
    .poll(async () => {
      await page.keyboard.press("Escape");
      return has(field(page));
    })
    .toBe(true);
  // One comes back to where one was.
  await reach(page, inThread, "Shift+Tab");
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => has(more)).toBe(true);

  await page.keyboard.press("Enter");
  const edit = page.getByRole("menuitem", { name: said("message.edit") });
  await edit.waitFor();
  for (let step = 0; step < STEPS_MAX; step += 1) {
    if (await has(edit)) break;
    await page.keyboard.press("ArrowDown");
  }
  await page.keyboard.press("Enter");
  // Whoever edits wants to write next.
  await expect.poll(() => has(field(page))).toBe(true);
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("Seen by nobody");
  await page.keyboard.press("Enter");
  await sent(page, "Seen by nobody");
  await message(page, "Seen by nobody").getByText(said("message.edited")).waitFor();
  await anna.leave();
  await bert.leave();
});
