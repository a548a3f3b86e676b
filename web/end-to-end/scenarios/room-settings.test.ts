// The settings of a room: name, access, address, permissions, its next version, and its end.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { register } from "../harness/account.ts";
import { beside } from "../harness/beside.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { DESKTOP, newPerson, PHONE } from "../harness/person.ts";
import { said, saidWithin } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";

stage();

const panel = (page: Page) => beside(page, "panel.settings");

test.each([
  { name: "anna", locale: "de-DE", viewport: DESKTOP, colorScheme: "light" },
  { name: "bert", locale: "en-GB", viewport: PHONE, colorScheme: "dark" },
] as const)("a room is set up and closed again, $viewport.width wide", async (profile) => {
  const person = await newPerson(browser, herold.url, profile);
  const { page } = person;
  await register(page, profile.name);
  await page.getByRole("button", { name: said("starting.menu") }).click();
  await page.getByRole("menuitem", { name: said("starting.room") }).click();
  await page.getByRole("textbox", { name: said("starting.name") }).fill("Lage");
  await page.getByText(said("starting.encrypt"), { exact: true }).click();
  await page.getByRole("button", { name: said("starting.make-room") }).click();
  await page.getByRole("heading", { level: 1 }).getByRole("button").click();
  await page.getByText(said("panel.settings"), { exact: true }).click();
  await panel(page)
    .getByRole("heading", { name: said("room-settings.addresses") })
    .waitFor();
  await axeClean(page);
  await fitsInWidth(page);
  await screenshot(page, `room-settings-${profile.viewport.width}`);

  await panel(page)
    .getByRole("textbox", { name: said("starting.name") })
    .fill("Lage Ost");
  await panel(page)
    .getByRole("button", { name: said("common.save") })
    .click();
  await panel(page)
    .getByRole("button", { name: said("common.save") })
    .waitFor({ state: "detached" });
  await panel(page).getByText(said("access.public"), { exact: true }).click();
  await expect
    .poll(() => panel(page).getByRole("radio", { checked: true }).first().inputValue())
    .toBe("public");
  await panel(page)
    .getByRole("textbox", { name: said("room-settings.new-address") })
    .fill(`Lage ${profile.name}`);
  await panel(page)
    .getByRole("button", { name: said("room-settings.add-address") })
    .click();
  await panel(page).getByRole("listitem").getByText(`#lage-${profile.name}:localhost`).waitFor();
  await panel(page)
    .getByRole("button", { name: saidWithin("room-settings.main-address") })
    .click();
  await page.getByRole("option", { name: `#lage-${profile.name}:localhost` }).click();
  await panel(page)
    .getByRole("button", { name: saidWithin("room-settings.may-send") })
    .click();
  await page.getByRole("option", { name: said("room-settings.from-moderator") }).click();
  await panel(page)
    .getByRole("button", { name: saidWithin("room-settings.may-send") })
    .filter({ hasText: saidWithin("room-settings.from-moderator") })
    .waitFor();

  await panel(page)
    .getByRole("button", { name: said("room-settings.encrypt") })
    .click();
  await axeClean(page);
  await page
    .getByRole("dialog")
    .getByRole("button", { name: said("room-settings.encrypt") })
    .click();
  await panel(page).getByText(said("panel.encrypted")).waitFor();

  await panel(page)
    .getByRole("button", { name: said("room-settings.close") })
    .click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: said("room-settings.close-action") })
    .click();
  await page.getByText(said("rooms.none")).waitFor();
  await person.leave();
});
