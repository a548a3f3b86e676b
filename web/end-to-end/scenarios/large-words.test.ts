// Who chose very large words: as much stands side by side as there is room for in them, and nothing is cut off.
import { expect, test } from "vitest";

import { register } from "../harness/account.ts";
import { axeClean, fitsInWidth, nothingCut, screenshot } from "../harness/looking.ts";
import { newPerson, PHONE } from "../harness/person.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";
import { message } from "../harness/talking.ts";
import { foundTown, settle } from "../harness/town/town.ts";

stage();

test("very large words have room at a desk, on a tablet and on a small phone", async () => {
  const town = await foundTown(herold.url);
  const person = await newPerson(browser, herold.url, { name: "anna", locale: "de-DE" });
  const { page } = person;
  const goTo = (place: string) =>
    page.evaluate((hash) => {
      location.hash = hash;
    }, place);
  const well = async (name: string): Promise<void> => {
    for (const examine of [axeClean, fitsInWidth, nothingCut]) await examine(page);
    await screenshot(page, `large-words-${name}`);
  };
  await register(page, "anna");
  const { talk } = await settle(town, "anna");
  const room = `#/room/${encodeURIComponent(talk)}`;
  const list = page.getByRole("grid", { name: said("shell.rooms") });
  const conversation = message(page, "Rufbereitschaft");
  const members = page.getByRole("heading", { name: said("panel.members"), level: 2 });

  await goTo(`${room}/members`);
  await members.waitFor();
  await conversation.waitFor();
  await goTo("#/settings/appearance");
  await page.getByText(said("settings.text-largest")).click();
  // Three side by side leave the one in the middle no room for its name.
  await goTo(`${room}/members`);
  await members.waitFor();
  expect(await list.isVisible()).toBe(true);
  expect(await conversation.isVisible()).toBe(false);
  await well("panel-de-1280");

  await page.setViewportSize({ width: 768, height: 1024 });
  await list.waitFor({ state: "hidden" });
  await well("panel-de-768");
  await goTo(room);
  await conversation.waitFor();
  await well("de-768");

  await page.setViewportSize(PHONE);
  await well("de-320");
  await goTo("#/settings/encryption");
  await page.getByRole("button", { name: said("encryption.change") }).waitFor();
  await well("encryption-de-320");

  // As they were, at once.
  await page.setViewportSize({ width: 1280, height: 800 });
  await goTo("#/settings/appearance");
  await page.getByText(said("settings.text-normal")).click();
  await goTo(`${room}/members`);
  await members.waitFor();
  await conversation.waitFor();
  expect(await list.isVisible()).toBe(true);
  await person.leave();
});
