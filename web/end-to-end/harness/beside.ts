// What stands beside a conversation; where there is no room for both, it lies over it and is the main part of the page.
import type { Locator, Page } from "playwright-core";

import type { TextKey } from "../../packages/app/src/texts/keys.ts";
import { said } from "./said.ts";

export function beside(page: Page, title: TextKey & `panel.${string}`): Locator {
  const name = said(title);
  return page.getByRole("complementary", { name }).or(page.getByRole("main", { name }));
}
