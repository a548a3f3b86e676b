// Whoever listens to the app finds their way by landmarks and headings: on a phone, where one thing is shown at a time,
// as well as at a desk.
import { expect, test } from "vitest";

import { register } from "../harness/account.ts";
import { beside } from "../harness/beside.ts";
import { axeClean } from "../harness/looking.ts";
import { otherApp } from "../harness/other-app.ts";
import { DESKTOP, newPerson, PHONE } from "../harness/person.ts";
import { roomOf, sayIn } from "../harness/rooms.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";
import { message, open } from "../harness/talking.ts";

stage();

test.each([
  ["phone", PHONE],
  ["window", { width: 900, height: 700 }],
  ["desk", DESKTOP],
])("%s: each screen is the main one once, and has a title", async (name, viewport) => {
  const person = await newPerson(browser, herold.url, { name, viewport });
  const { page } = person;
  const one = async (title: string | RegExp): Promise<void> => {
    await page.getByRole("main").getByRole("heading", { level: 1, name: title }).waitFor();
    expect(await page.getByRole("main").count()).toBe(1);
    expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
    await axeClean(page);
  };
  await register(page, name);
  await otherApp(herold.url, `other-of-${name}`, { register: true });
  const roomId = await roomOf(herold.url, [`other-of-${name}`, name], { name: "Kitchen" });
  await sayIn(herold.url, `other-of-${name}`, roomId, [{ msgtype: "m.text", body: "Tea?" }]);
  await page.getByRole("row", { name: "Kitchen" }).waitFor();
  await one(viewport === PHONE ? said("shell.rooms") : said("shell.pick-title"));
  await open(page, "Kitchen");
  await message(page, "Tea?").waitFor();
  await one(/Kitchen/);
  await page.getByRole("heading", { level: 1 }).getByRole("button").click();
  await beside(page, "panel.details").waitFor();
  await one(/Kitchen/);
  await beside(page, "panel.details").getByText(said("panel.members")).click();
  await beside(page, "panel.members")
    .getByRole("button", { name: `other-of-${name}` })
    .waitFor();
  await one(/Kitchen/);
  await page.goto(`${herold.url}/#/settings`);
  await page.getByRole("link", { name: said("account.title") }).waitFor();
  await one(viewport === PHONE ? said("common.settings") : said("account.title"));
  await page.getByRole("link", { name: said("account.title") }).click();
  await one(said("account.title"));
  await person.leave();
});
