// What people do in a conversation.
import type { FileChooser, Locator, Page } from "playwright-core";

import type { TextKey } from "../../packages/app/src/texts/keys.ts";
import { said } from "./said.ts";

type FilePayload = Extract<Parameters<FileChooser["setFiles"]>[0], { readonly buffer: unknown }>;

/** Opens the conversation that is listed by this name. */
export async function open(page: Page, name: string): Promise<void> {
  await page.getByRole("row", { name }).click();
}

export const log = (page: Page): Locator => page.getByRole("log", { name: said("conversation.messages") });

export function field(page: Page): Locator {
  const encrypted = page.getByRole("textbox", { name: said("composer.placeholder-encrypted") });
  return encrypted.or(page.getByRole("textbox", { name: said("composer.placeholder") }));
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

/** Files by their paths, or one that lies nowhere. */
export async function attach(page: Page, ...files: string[] | [FilePayload]): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: said("composer.more") }).click();
  await page.getByRole("menuitem", { name: said("composer.attach") }).click();
  await (await chooser).setFiles(files);
}

/** A finger rests on a message until its menu is there. */
export async function hold(page: Page, words: string): Promise<void> {
  const box = await message(page, words).locator("[data-kind]").boundingBox();
  if (!box) throw new Error(`not in sight: ${words}`);
  const touch = await page.context().newCDPSession(page);
  const touchPoints = [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }];
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
  await page.getByRole("menu").waitFor();
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await touch.detach();
}

/** A finger draws a message to its end, which answers it. */
export async function draw(page: Page, words: string): Promise<void> {
  const box = await message(page, words).locator("[data-kind]").boundingBox();
  if (!box) throw new Error(`not in sight: ${words}`);
  const touch = await page.context().newCDPSession(page);
  const y = box.y + box.height / 2;
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x: box.x + 20, y }] });
  for (let by = 40; by <= 140; by += 20) {
    const touchPoints = [{ x: box.x + by, y }];
    await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints });
  }
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await touch.detach();
}
