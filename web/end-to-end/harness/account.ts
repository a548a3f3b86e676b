// What everybody does first: makes an account, or signs in to the one they have.
import type { Page } from "playwright-core";

import { said } from "./said.ts";

export const PASSWORD = "ein sehr langes Passwort";

/** Makes an account, up to the list of conversations; answers with its recovery key. */
export async function register(page: Page, name: string, password = PASSWORD): Promise<string> {
  await createAccount(page, name, password);
  const key = await noteRecoveryKey(page);
  await page.getByRole("button", { name: said("shell.menu") }).waitFor();
  return key;
}

/** Fills in what makes an account, and sends it. */
export async function createAccount(page: Page, name: string, password = PASSWORD): Promise<void> {
  await page.getByRole("button", { name: said("sign-in.to-register") }).click();
  await page.getByRole("textbox", { name: said("sign-in.name") }).fill(name);
  await page.getByLabel(said("sign-in.password")).fill(password);
  await page.getByRole("button", { name: said("sign-in.create") }).click();
}

/** Signs in, up to the question how this device is confirmed. */
export async function signIn(page: Page, name: string, password = PASSWORD): Promise<void> {
  await page.getByRole("textbox", { name: said("sign-in.name") }).fill(name);
  await page.getByLabel(said("sign-in.password")).fill(password);
  await page.getByRole("button", { name: said("sign-in.sign-in") }).click();
}

/** The recovery key is shown: says that it is kept. */
export async function noteRecoveryKey(page: Page): Promise<string> {
  const shown = page.getByTestId("recovery-key");
  const words = ((await shown.textContent()) ?? "").trim();
  // The box itself is hidden beneath what is drawn for it.
  await page.getByText(said("encryption.key-noted")).click();
  await page.getByRole("button", { name: said("common.continue") }).click();
  await shown.waitFor({ state: "hidden" });
  return words;
}
