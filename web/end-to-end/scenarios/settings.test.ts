// The settings: reached from one's own picture, walked through, and what is chosen there is there at once and stays.
import { expect, test } from "vitest";

import { SETTINGS } from "../../packages/app/src/models/route.ts";
import { register } from "../harness/account.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { DESKTOP, NO_SERVER, newPerson, PHONE } from "../harness/person.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";

stage({ HEROLD_WEB_IMPRINT: "https://example.org/imprint" });

test.each([
  { name: "anna", locale: "de-DE", colorScheme: "light", viewport: DESKTOP },
  { name: "bert", locale: "de-DE", colorScheme: "dark", viewport: PHONE },
] as const)("every page of the settings can be used, $viewport.width wide", async (profile) => {
  const person = await newPerson(browser, herold.url, profile);
  const { page } = person;
  // Who runs the server can be read before anybody signs in.
  await page.getByRole("link", { name: said("settings.link-imprint") }).waitFor();
  await register(page, profile.name);
  await page.getByRole("button", { name: said("shell.menu") }).click();
  await page.getByRole("menuitem", { name: said("common.settings") }).click();
  // On a phone the list is all there is.
  const list = page.getByRole(profile.viewport === PHONE ? "main" : "navigation", {
    name: said("common.settings"),
  });
  await list.waitFor();
  await axeClean(page);
  await screenshot(page, `settings-${profile.viewport.width}`);
  for (const [place] of SETTINGS.entries()) {
    const link = list.getByRole("link").nth(place);
    const title = ((await link.textContent()) ?? "").trim();
    await link.click();
    const heading = page.getByRole("heading", { level: 1, name: title });
    await heading.waitFor();
    expect(await heading.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.getByText(said("common.loading")).waitFor({ state: "hidden" });
    await axeClean(page);
    await fitsInWidth(page);
    await screenshot(page, `settings-${SETTINGS[place]}-${profile.viewport.width}`);
    if (profile.viewport === PHONE)
      await page.getByRole("button", { name: said("settings.to-list") }).click();
  }
  await page.getByRole("button", { name: said("settings.leave") }).click();
  await page.getByRole("button", { name: said("shell.menu") }).waitFor();
  await person.leave();
});

test("what is chosen about the screen is there before anything is drawn", async () => {
  const person = await newPerson(browser, herold.url, {
    name: "carla",
    colorScheme: "light",
    // It would bring the app where the scenario keeps it away.
    serviceWorkers: "block",
  });
  const { page } = person;
  await register(page, "carla");
  await page.goto(`${herold.url}/#/settings/appearance`);
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await ground();
  await page.getByText(said("settings.dark"), { exact: true }).click();
  await page.getByText(said("settings.text-largest"), { exact: true }).click();
  const dark = await ground();
  expect(dark).not.toBe(light);
  await fitsInWidth(page);
  await axeClean(page);
  // The app itself never comes: what is seen is what the page is before it runs.
  await page.route("**/assets/index-*.js", (route) => route.abort());
  person.pardon(NO_SERVER);
  await page.reload();
  expect(await ground()).toBe(dark);
  await page.unroute("**/assets/index-*.js");
  await page.goto(`${herold.url}/#/settings/language`);
  await page.reload();
  await page.getByText("Français").click();
  await page.getByRole("heading", { level: 1, name: "Langue" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Langue" }).waitFor();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe("fr");
  expect(await ground()).toBe(dark);
  await person.leave();
});
