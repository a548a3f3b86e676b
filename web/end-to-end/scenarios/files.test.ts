// Pictures, files and links of a room, beside its conversation.
import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";

import { beside } from "../harness/beside.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { PHONE } from "../harness/person.ts";
import { pictureFile } from "../harness/pictures.ts";
import { said } from "../harness/said.ts";
import { stage } from "../harness/stage.ts";
import { message } from "../harness/talking.ts";
import { twoInRoom } from "../harness/two.ts";

stage();

const field = (page: Page): Locator => page.locator("#conversation textarea");
const panel = (page: Page): Locator => beside(page, "panel.files");
const kind = (page: Page, name: "search.pictures" | "search.files" | "search.links"): Locator =>
  panel(page).getByRole("radio", { name: said(name) });

async function openFiles(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1 }).getByRole("button").click();
  await beside(page, "panel.details")
    .getByRole("button", { name: said("panel.files") })
    .click();
}

async function send(page: Page, file: { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
  await page.locator("#conversation input[type=file]").setInputFiles([file]);
  await page
    .getByRole("dialog")
    .getByRole("button", { name: said("common.send") })
    .click();
}

test.each([{ encrypted: true }, { encrypted: false }])("encrypted: $encrypted", async ({ encrypted }) => {
  const [first, second] = [`anna-${encrypted}`, `bert-${encrypted}`];
  const [anna, bert] = await twoInRoom(
    { name: first, locale: "de-DE", viewport: PHONE },
    { name: second, colorScheme: "dark" },
    { encrypted },
  );

  // Nothing yet.
  await openFiles(anna.page);
  await panel(anna.page).getByText(said("files.none-pictures")).waitFor();
  await axeClean(anna.page);
  await screenshot(anna.page, "files-empty-320-de");

  const colours = ["#2b5f9e", "#1b6e42", "#8a5300", "#7a2e8c"];
  for (const [index, colour] of colours.entries())
    await send(
      bert.page,
      await pictureFile(bert.page, { name: `bild-${index}.png`, colour, width: 600, height: 400 }),
    );
  const report = {
    name: "Bericht zur Lage.txt",
    mimeType: "text/plain",
    buffer: Buffer.from("Alles ruhig."),
  };
  await send(bert.page, report);
  await field(bert.page).fill("Mehr steht auf https://example.org/lage?tag=7 und wird ergänzt.");
  await field(bert.page).press("Enter");
  await message(bert.page, "Mehr steht").waitFor();

  // What comes while one looks is there, the newest first.
  const tiles = panel(anna.page).getByRole("button", { name: said("message.open-picture") });
  await expect.poll(() => tiles.count(), { timeout: 20_000 }).toBe(4);
  await panel(anna.page).getByRole("img", { name: "bild-0.png" }).waitFor();
  expect(await tiles.first().getAttribute("aria-label")).toBe("Bild bild-3.png öffnen");
  await axeClean(anna.page);
  await fitsInWidth(anna.page);
  await screenshot(anna.page, "files-pictures-320-de");
  await tiles.nth(1).click();
  const gallery = anna.page.getByRole("dialog");
  await gallery.getByRole("heading", { name: "bild-2.png" }).waitFor();
  await anna.page.keyboard.press("ArrowRight");
  await gallery.getByRole("heading", { name: "bild-3.png" }).waitFor();
  await axeClean(anna.page);
  await anna.page.keyboard.press("Escape");
  await gallery.waitFor({ state: "hidden" });
  // The panel stays where it was.
  await kind(anna.page, "search.files").click();
  await panel(anna.page).getByText("Bericht zur Lage.txt").waitFor();
  await fitsInWidth(anna.page);
  await screenshot(anna.page, "files-files-320-de");
  const download = anna.page.waitForEvent("download");
  await panel(anna.page).getByRole("button", { name: "Bericht zur Lage.txt speichern" }).click();
  expect((await download).suggestedFilename()).toBe("Bericht zur Lage.txt");
  await kind(anna.page, "search.links").click();
  await panel(anna.page).getByRole("link", { name: "example.org/lage?tag=7" }).waitFor();
  await axeClean(anna.page);
  await fitsInWidth(anna.page);
  await screenshot(anna.page, "files-links-320-de");

  // After a reload, all of it again; a picture leads to where it was sent.
  await bert.page.reload();
  await openFiles(bert.page);
  const theirs = panel(bert.page).getByRole("button", { name: said("message.open-picture") });
  await expect.poll(() => theirs.count(), { timeout: 20_000 }).toBe(4);
  await screenshot(bert.page, `files-pictures-1280-dark`);
  await axeClean(bert.page);
  await theirs.last().click();
  await bert.page
    .getByRole("dialog")
    .getByRole("button", { name: said("message.show") })
    .click();
  await expect.poll(() => bert.page.url()).toMatch(/\/files$/);
  await bert.page.getByRole("log").getByRole("img", { name: "bild-0.png" }).waitFor();
  await kind(bert.page, "search.links").click();
  await panel(bert.page)
    .getByRole("button", { name: said("message.show") })
    .click();
  await message(bert.page, "Mehr steht").and(bert.page.locator("[data-target=true]")).waitFor();
  await anna.leave();
  await bert.leave();
});
