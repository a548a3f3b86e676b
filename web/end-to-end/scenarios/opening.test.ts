// The first thing that anybody sees: in their language, in their colours, on their screen, with or without a network.
import { expect, test } from "vitest";

import { createAccount, noteRecoveryKey } from "../harness/account.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { DESKTOP, newPerson, PHONE } from "../harness/person.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";

stage({ HEROLD_WEB_NAME: "Bote" });

test.each([
  { locale: "de-AT", colorScheme: "light", viewport: DESKTOP },
  { locale: "en-GB", colorScheme: "dark", viewport: PHONE },
  { locale: "fr-FR", colorScheme: "light", viewport: PHONE },
  { locale: "nl-NL", colorScheme: "dark", viewport: DESKTOP },
] as const)("the app opens for $locale, $colorScheme, $viewport.width wide", async (profile) => {
  const person = await newPerson(browser, herold.url, { ...profile, name: `opening-${profile.locale}` });
  const { page } = person;
  await page.getByRole("heading", { level: 1 }).waitFor();
  expect(await page.title()).not.toBe("");
  await axeClean(page);
  await fitsInWidth(page);
  await screenshot(
    page,
    `opening-${profile.locale.slice(0, 2)}-${profile.colorScheme}-${profile.viewport.width}`,
  );
  await person.leave();
});

test("a part of the app that cannot be fetched leaves nobody before an empty page", async () => {
  const person = await newPerson(browser, herold.url, {
    name: "mishap",
    locale: "de-DE",
    viewport: PHONE,
    // It may have kept that part by then.
    serviceWorkers: "block",
  });
  const { context, page } = person;
  person.pardon(/Failed to load resource|dynamically imported module/);
  await context.route(/\/session\.view-/, (route) => route.abort());
  await createAccount(page, "mishap");
  await page.getByRole("heading", { name: said("common.mishap-title") }).waitFor();
  await axeClean(page);
  await fitsInWidth(page);
  await screenshot(page, "mishap-320");
  await context.unroute(/\/session\.view-/);
  await page.getByRole("button", { name: said("common.mishap-reload") }).click();
  await noteRecoveryKey(page);
  await page.getByRole("button", { name: said("shell.menu") }).waitFor();
  await person.leave();
});

test.each(["de-DE", "en-GB", "fr-FR"])("a browser that keeps nothing is told so, in %s", async (locale) => {
  const person = await newPerson(browser, herold.url, { name: "unkept", locale, viewport: PHONE });
  const { context, page } = person;
  // As Chromium has it for a page whose data somebody blocked.
  await context.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"])
      Object.defineProperty(window, name, {
        get: () => {
          throw new DOMException("denied", "SecurityError");
        },
      });
  });
  await page.reload();
  await page.getByRole("heading", { name: said("shell.no-start-title") }).waitFor();
  await page.getByText(said("failure.no-storage")).waitFor();
  await page.getByRole("button", { name: said("common.retry") }).click();
  await page.getByRole("heading", { name: said("shell.no-start-title") }).waitFor();
  await axeClean(page);
  await fitsInWidth(page);
  await screenshot(page, `no-storage-${locale.slice(0, 2)}-320`);
  await person.leave();
});

test("where nobody registers by themselves it is said who makes accounts", async () => {
  await herold.crash();
  await herold.start({ HEROLD_REGISTRATION_MODE: "closed" });
  const person = await newPerson(browser, herold.url, { name: "closed", locale: "de-DE", viewport: PHONE });
  const { page } = person;
  await page.getByText(said("sign-in.closed")).waitFor();
  expect(await page.getByRole("button", { name: said("sign-in.to-register") }).count()).toBe(0);
  await axeClean(page);
  await screenshot(page, "sign-in-closed-320");
  await person.leave();
});
