// Who is in a room and what they may do: invited, let in, given a role, removed, banned, and going by themselves.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { register } from "../harness/account.ts";
import { beside } from "../harness/beside.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { newPerson, PHONE } from "../harness/person.ts";
import { said, saidWithin } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";

stage();

async function openDetails(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1 }).getByRole("button").click();
  await beside(page, "panel.details").waitFor();
}

async function openRoomAskedFor(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: said("starting.menu") }).click();
  await page.getByRole("menuitem", { name: said("starting.room") }).click();
  await page.getByRole("textbox", { name: said("starting.name") }).fill(name);
  await page.getByText(said("access.knock"), { exact: true }).click();
  await page.getByText(said("access.listed")).click();
  await page.getByRole("button", { name: said("starting.make-room") }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

test("people are invited with a reason, let in, given a role, removed and banned", async () => {
  const anna = await newPerson(browser, herold.url, { name: "anna" });
  const ben = await newPerson(browser, herold.url, { name: "ben", viewport: PHONE, locale: "de-DE" });
  const cem = await newPerson(browser, herold.url, { name: "cem", colorScheme: "dark", locale: "fr-FR" });
  await register(anna.page, "anna");
  await register(ben.page, "ben");
  await register(cem.page, "cem");
  const { page } = anna;
  await openRoomAskedFor(page, "Wache");

  await openDetails(page);
  await axeClean(page);
  await screenshot(page, "details");
  await beside(page, "panel.details").getByText(said("panel.members")).click();
  await beside(page, "panel.members")
    .getByRole("button", { name: said("members.invite") })
    .click();
  const search = page.getByRole("dialog").getByRole("searchbox");
  await search.fill("ben");
  await page.getByRole("option", { name: "ben" }).click();
  await page.getByRole("textbox", { name: said("members.reason") }).fill("Neu im Team");
  await axeClean(page);
  await page
    .getByRole("dialog")
    .getByRole("button", { name: said("members.invite") })
    .click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await beside(page, "panel.members")
    .getByRole("heading", { name: said("members.invited") })
    .waitFor();

  await ben.page.getByRole("row", { name: "Wache" }).click();
  await ben.page.getByText("Neu im Team").waitFor();
  await axeClean(ben.page);
  await fitsInWidth(ben.page);
  await screenshot(ben.page, "invitation-320");
  await ben.page.getByRole("button", { name: said("conversation.accept") }).click();
  await ben.page.getByRole("log", { name: said("conversation.messages") }).waitFor();

  await cem.page.goto(`${herold.url}/#/explore`);
  await cem.page.getByRole("article", { name: "Wache" }).getByRole("button").click();
  await cem.page.getByRole("textbox", { name: said("explore.reason") }).fill("Je suis nouveau");
  await cem.page
    .getByRole("dialog")
    .getByRole("button", { name: said("common.send") })
    .click();
  await page.getByText("Je suis nouveau").first().waitFor();
  await axeClean(page);
  await screenshot(page, "knock");
  await page.getByRole("button", { name: said("conversation.let-in") }).click();
  await cem.page.getByRole("row", { name: "Wache" }).click();
  await cem.page.getByRole("button", { name: said("conversation.accept") }).click();
  await cem.page.getByRole("log", { name: said("conversation.messages") }).waitFor();

  // With the keyboard alone: from the list to somebody, a role, and back to the list.
  await beside(page, "panel.members").getByRole("button", { name: "cem" }).waitFor();
  await beside(page, "panel.members").getByRole("button", { name: "ben" }).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await beside(page, "panel.person").getByRole("heading", { name: "cem" }).waitFor();
  await axeClean(page);
  await screenshot(page, "person");
  await beside(page, "panel.person")
    .getByRole("button", { name: saidWithin("person.role") })
    .click();
  await page.getByRole("option", { name: said("roles.moderator") }).click();
  await beside(page, "panel.person").getByText(said("roles.moderator-hint")).waitFor();
  await beside(page, "panel.person")
    .getByRole("button", { name: said("common.back") })
    .click();

  await beside(page, "panel.members").getByRole("button", { name: "ben" }).click();
  await beside(page, "panel.person")
    .getByRole("button", { name: said("person.ban") })
    .click();
  await page.getByRole("textbox", { name: said("person.ban-reason") }).fill("Test");
  await axeClean(page);
  await page
    .getByRole("dialog")
    .getByRole("button", { name: said("person.ban") })
    .click();
  await beside(page, "panel.person")
    .getByRole("button", { name: said("person.unban") })
    .waitFor();
  await ben.page.getByRole("heading", { name: said("conversation.left") }).waitFor();
  await axeClean(ben.page);
  await beside(page, "panel.person")
    .getByRole("button", { name: said("person.unban") })
    .click();
  await beside(page, "panel.person")
    .getByRole("button", { name: said("person.unban") })
    .waitFor({ state: "detached" });

  await page.keyboard.press("Escape");
  await beside(page, "panel.person").waitFor({ state: "detached" });
  for (const person of [anna, ben, cem]) await person.leave();
});

test("whoever goes last is warned, and somebody unwanted is declined, ignored and reported", async () => {
  const dora = await newPerson(browser, herold.url, { name: "dora", viewport: PHONE });
  const emil = await newPerson(browser, herold.url, { name: "emil" });
  await register(dora.page, "dora");
  await register(emil.page, "emil");
  await emil.page.getByRole("button", { name: said("starting.menu") }).click();
  await emil.page.getByRole("menuitem", { name: said("starting.conversation") }).click();
  await emil.page.getByRole("dialog").getByRole("searchbox").fill("dora");
  await emil.page.getByRole("option", { name: "dora" }).click();
  await emil.page.getByRole("button", { name: said("starting.write-to") }).click();

  const { page } = dora;
  await page.getByRole("row", { name: "emil" }).click();
  await page.getByRole("button", { name: said("conversation.decline-ignore") }).click();
  await page.getByText(said("conversation.report-too")).click();
  await page.getByRole("textbox", { name: said("person.report-reason") }).fill("Werbung");
  await axeClean(page);
  await fitsInWidth(page);
  await page
    .getByRole("dialog")
    .getByRole("button", { name: said("conversation.decline-ignore") })
    .click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByText(said("rooms.none")).waitFor();

  await openRoomAskedFor(page, "Abschied");
  await openDetails(page);
  await beside(page, "panel.details")
    .getByRole("button", { name: said("details.leave") })
    .click();
  await page.getByRole("dialog").getByText(said("details.leave-text")).waitFor();
  expect(await page.getByText(said("details.last-administrator")).count()).toBe(0);
  await page.keyboard.press("Escape");

  await emil.page.goto(`${herold.url}/#/explore`);
  await emil.page.getByRole("article", { name: "Abschied" }).getByRole("button").click();
  await emil.page
    .getByRole("dialog")
    .getByRole("button", { name: said("common.send") })
    .click();
  await beside(page, "panel.details")
    .getByRole("button", { name: said("common.close") })
    .click();
  await page.getByRole("button", { name: said("conversation.let-in") }).click();
  await emil.page.getByRole("row", { name: "Abschied" }).click();
  await emil.page.getByRole("button", { name: said("conversation.accept") }).click();
  await emil.page.getByRole("log", { name: said("conversation.messages") }).waitFor();

  await openDetails(page);
  await beside(page, "panel.details")
    .getByRole("button", { name: said("details.leave") })
    .click();
  await page.getByText(said("details.last-administrator")).waitFor();
  await axeClean(page);
  await screenshot(page, "leaving-320");
  await page.getByText(said("details.forget")).click();
  await page.getByRole("button", { name: said("details.leave-anyway") }).click();
  await page.getByText(said("rooms.none")).waitFor();
  await dora.leave();
  await emil.leave();
});
