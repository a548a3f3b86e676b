// What people do in a conversation.
import type { Locator, Page } from "playwright-core";

import type { TextKey } from "../../packages/app/src/texts/keys.ts";
import { said } from "./said.ts";

/** Opens the conversation that is listed by this name. */
export async function open(page: Page, name: string): Promise<void> {
  await page.getByRole("row", { name }).click();
}

export function field(page: Page): Locator {
  return page.getByRole("textbox", { name: said("composer.placeholder-encrypted") });
}

/** Writes, and waits until the server has it; `shown` is what stands in the conversation. */
export async function write(page: Page, typed: string, shown = typed): Promise<void> {
  await field(page).fill(typed);
  await field(page).press("Enter");
  await sent(page, shown);
}

/** The message with these words, whoever wrote it; answers to it hold them too, and come later. */
export function message(page: Page, words: string): Locator {
  return page.getByRole("log").getByRole("article").filter({ hasText: words }).first();
}

export async function sent(page: Page, words: string): Promise<void> {
  await message(page, words).waitFor();
  await message(page, words)
    .getByRole("img", { name: said("message.sending") })
    .waitFor({ state: "detached" });
}

/** Presses one of the buttons that a message has. */
export async function press(page: Page, words: string, action: TextKey): Promise<void> {
  await message(page, words).hover();
  await message(page, words)
    .getByRole("button", { name: said(action) })
    .click();
}

/** Chooses from the menu of a message. */
export async function choose(page: Page, words: string, entry: TextKey): Promise<void> {
  await press(page, words, "common.more");
  await page.getByRole("menuitem", { name: said(entry) }).click();
}

export async function attach(page: Page, ...paths: string[]): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: said("composer.more") }).click();
  await page.getByRole("menuitem", { name: said("composer.attach") }).click();
  await (await chooser).setFiles(paths);
}
