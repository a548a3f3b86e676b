// The operator's documents: agreed to when an account is made, and before anybody goes on who has one.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { PASSWORD, register } from "../harness/account.ts";
import { openBrowser } from "../harness/browser.ts";
import { type Herold, startHerold } from "../harness/herold.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { NO_SERVER, newPerson, PHONE } from "../harness/person.ts";
import { said } from "../harness/said.ts";

const DOCUMENTS = `
[[terms.documents]]
id = "privacy"
version = "2026-11"
languages.en = { name = "Privacy policy", url = "https://example.org/privacy" }
languages.de = { name = "Datenschutzerklärung", url = "https://example.org/datenschutz" }

[[terms.documents]]
id = "use"
version = "3"
languages.en = { name = "Rules of use", url = "https://example.org/use" }
`;

let browser: Browser;
let herold: Herold;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "herold-terms-"));
  await writeFile(join(folder, "herold.toml"), DOCUMENTS);
  [browser, herold] = await Promise.all([
    openBrowser(),
    startHerold({ HEROLD_RATE_LIMITS_ENABLED: "false" }),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await herold?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("people agree to the operator's documents, when they come and when there are new ones", async () => {
  const anna = await newPerson(browser, herold.url, { name: "anna", locale: "de-DE", viewport: PHONE });
  await register(anna.page, "anna");

  anna.pardon(NO_SERVER);
  await herold.crash();
  await herold.start({
    HEROLD_CONFIG: join(folder, "herold.toml"),
    HEROLD_WELL_KNOWN_CLIENT_BASE_URL: herold.url,
  });

  // Whoever has an account is asked before they go on.
  await anna.page.reload();
  await anna.page.getByText(said("shell.consent-text")).waitFor();
  await axeClean(anna.page);
  await fitsInWidth(anna.page);
  await screenshot(anna.page, "consent-320");
  // Saying so is not enough.
  await anna.page.getByRole("button", { name: said("shell.consent-given") }).click();
  const opened = anna.context.waitForEvent("page");
  await anna.page.getByRole("link", { name: said("shell.consent-open") }).click();
  const page = await opened;
  await page.getByText("Datenschutzerklärung").waitFor();
  await page.getByRole("button").click();
  await page.waitForLoadState();
  await page.close();
  await anna.page.getByRole("button", { name: said("shell.consent-given") }).click();
  await anna.page.getByText(said("shell.consent-text")).waitFor({ state: "hidden" });
  await anna.page.goto(`${herold.url}/#/settings/account`);
  await anna.page.reload();
  await anna.page.getByRole("textbox", { name: said("account.name") }).fill("Anna");
  await anna.page.getByRole("button", { name: said("common.save") }).click();
  await anna.page.getByRole("button", { name: said("common.save") }).waitFor({ state: "hidden" });
  await anna.leave();

  // Whoever makes an account agrees on the way, each document in their language or the one that there is.
  const bert = await newPerson(browser, herold.url, { name: "bert", locale: "de-DE", viewport: PHONE });
  await bert.page.getByRole("button", { name: said("sign-in.to-register") }).click();
  await bert.page.getByRole("textbox", { name: said("sign-in.name") }).fill("bert");
  await bert.page.getByLabel(said("sign-in.password")).fill(PASSWORD);
  const create = bert.page.getByRole("button", { name: said("sign-in.create") });
  expect(await create.isDisabled()).toBe(true);
  const privacy = bert.page.getByRole("link", { name: "Datenschutzerklärung" });
  expect(await privacy.getAttribute("href")).toBe("https://example.org/datenschutz");
  expect(await bert.page.getByRole("link", { name: "Rules of use" }).getAttribute("lang")).toBe("en");
  await axeClean(bert.page);
  await fitsInWidth(bert.page);
  await bert.page.getByText(said("sign-in.terms-agree")).click();
  await screenshot(bert.page, "register-terms-320");
  await create.click();
  await bert.page.getByTestId("recovery-key").waitFor();
  await bert.leave();
});
