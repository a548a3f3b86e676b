// What is on its way: a picture shows itself while it goes up, and what waits for a connection can be given up.
import { expect, test } from "vitest";

import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { NO_SERVER, type Person, PHONE } from "../harness/person.ts";
import { pictureFile } from "../harness/pictures.ts";
import { said } from "../harness/said.ts";
import { stage } from "../harness/stage.ts";
import { field, message, sent } from "../harness/talking.ts";
import { twoInRoom } from "../harness/two.ts";

let anna: Person;
let bert: Person;

stage();

test("a picture shows itself while it goes up, can be held back, and stays where it is when it was sent", async () => {
  [anna, bert] = await twoInRoom({ name: "anna", locale: "de-DE", viewport: PHONE }, { name: "bert" });
  const { page } = anna;
  // The server takes its time.
  let letGo = (): void => undefined;
  await page.route(/\/_matrix\/media\/v3\/upload/, async (route) => {
    await new Promise<void>((resolve) => {
      letGo = resolve;
    });
    // What was held back is not there any more.
    await route.continue().catch(() => undefined);
  });
  const send = async (name: string): Promise<void> => {
    const file = await pictureFile(page, { name, colour: "#1b6e42", width: 900, height: 600 });
    await page.locator("#conversation input[type=file]").setInputFiles([file]);
    await page
      .getByRole("dialog")
      .getByRole("button", { name: said("common.send") })
      .click();
  };
  const log = page.getByRole("log");

  await send("falsch.png");
  await log.getByRole("img", { name: "falsch.png" }).waitFor();
  await log.getByRole("progressbar", { name: "falsch.png wird gesendet" }).waitFor();
  await axeClean(page);
  await fitsInWidth(page);
  await screenshot(page, "picture-on-its-way-320-de");
  await log.getByRole("button", { name: "falsch.png nicht senden" }).press("Enter");
  await log.getByRole("img", { name: "falsch.png" }).waitFor({ state: "detached" });
  letGo();

  await send("richtig.png");
  const picture = log.getByRole("img", { name: "richtig.png" });
  await picture.waitFor();
  const [box, address] = [await picture.boundingBox(), await picture.getAttribute("src")];
  expect(box?.width).toBeGreaterThan(200);
  // The small picture goes up after the large one.
  const stillGoing = page.waitForRequest(/\/_matrix\/media\/v3\/upload/).catch(() => undefined);
  letGo();
  await stillGoing;
  await page.unroute(/\/_matrix\/media\/v3\/upload/);
  letGo();
  await bert.page.getByRole("log").getByRole("img", { name: "richtig.png" }).waitFor();
  await log.getByRole("progressbar").waitFor({ state: "detached" });
  await expect.poll(() => log.getByRole("img", { name: said("message.sending") }).count()).toBe(0);
  expect(await picture.getAttribute("src")).toBe(address);
  const after = await picture.boundingBox();
  expect([after?.width, after?.height]).toEqual([box?.width, box?.height]);
  expect(await bert.page.getByRole("log").getByRole("img", { name: "falsch.png" }).count()).toBe(0);
});

test("what waits for a connection is sent again or given up", async () => {
  const { page, context } = anna;
  anna.pardon(NO_SERVER);
  await context.setOffline(true);
  for (const words of ["Doch nicht", "Das schon"]) {
    await field(page).fill(words);
    await field(page).press("Enter");
    await message(page, words).getByText(said("message.waiting")).waitFor();
  }
  await axeClean(page);
  await fitsInWidth(page);
  await screenshot(page, "message-waits-320-de");
  const giveUp = message(page, "Doch nicht").getByRole("button", { name: said("message.discard") });
  await giveUp.focus();
  await page.keyboard.press("Enter");
  await message(page, "Doch nicht").waitFor({ state: "detached" });
  await message(page, "Das schon")
    .getByRole("button", { name: said("common.retry") })
    .waitFor();
  await context.setOffline(false);
  await sent(page, "Das schon");
  await message(bert.page, "Das schon").waitFor();
  expect(await bert.page.getByRole("log").getByText("Doch nicht").count()).toBe(0);
  await anna.leave();
  await bert.leave();
});
