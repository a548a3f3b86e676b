// Two devices that show each other the same emoji.
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

import type { TextKey } from "../../packages/app/src/texts/keys.ts";
import { said } from "./said.ts";

export const dialogButton = (page: Page, key: TextKey): Locator =>
  page.getByRole("dialog").getByRole("button", { name: said(key) });

/** The symbols that are compared. */
async function emojiOn(page: Page): Promise<string[][]> {
  await dialogButton(page, "verification.same").waitFor();
  const shown = await page.getByRole("dialog").getByRole("listitem").allTextContents();
  return shown.map((text) => [...text].slice(0, 1));
}

/** Both compare, and the two are the same. */
export async function sameEmoji(one: Page, other: Page): Promise<void> {
  const [first, second] = await Promise.all([emojiOn(one), emojiOn(other)]);
  expect(first).toHaveLength(7);
  expect(second).toEqual(first);
}

export async function compared(...pages: Page[]): Promise<void> {
  for (const page of pages) await dialogButton(page, "verification.same").click();
  for (const page of pages) await dialogButton(page, "common.done").first().click();
}
