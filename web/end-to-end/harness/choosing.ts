// The place where people choose emoji and stickers.
import type { Locator, Page } from "playwright-core";

import { said } from "./said.ts";

export const place = (page: Page): Locator => page.getByRole("dialog", { name: said("composer.emoji") });
export const tab = (page: Page, name: "emoji" | "stickers"): Locator =>
  place(page).getByRole("tab", { name: said(`stickers.${name}`) });
export const pack = (page: Page, name: string): Locator => place(page).getByRole("region", { name });
export const everywhere = (page: Page, name: string): Locator =>
  pack(page, name).getByRole("button", { name: said("stickers.everywhere") });
export const openPlace = (page: Page, around: Page | Locator = page): Promise<void> =>
  around.getByRole("button", { name: said("composer.emoji") }).click();
