// Pictures: several at once side by side, one after the other on the whole screen, and those that move.
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { PHONE } from "../harness/person.ts";
import { MOVING, PLACE, photograph } from "../harness/pictures.ts";
import { said } from "../harness/said.ts";
import { stage } from "../harness/stage.ts";
import { twoInRoom } from "../harness/two.ts";

stage();

test("pictures are sent together, looked at one by one, and move only when they are wanted to", async () => {
  const [anna, bert] = await twoInRoom(
    { name: "anna", locale: "de-DE" },
    { name: "bert", locale: "en-GB", viewport: PHONE, colorScheme: "dark" },
  );
  const colours = ["#2b5f9e", "#1b6e42", "#8a5300"];
  const pictures = await anna.page.evaluate(
    (all) =>
      all.map((colour, index) => {
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [640, 400 + 100 * index];
        const context = canvas.getContext("2d");
        if (context) context.fillStyle = colour;
        context?.fillRect(0, 0, canvas.width, canvas.height);
        return canvas.toDataURL("image/png").split(",")[1] ?? "";
      }),
    colours,
  );
  const files = pictures.map((data, index) => ({
    name: `bild-${index + 1}.png`,
    mimeType: "image/png",
    buffer: Buffer.from(data, "base64"),
  }));
  await anna.page.locator("#conversation input[type=file]").setInputFiles(files);
  await anna.page.getByRole("button", { name: "3 Dateien senden" }).click();

  // Together, in one place.
  const log = bert.page.getByRole("log");
  const tiles = log.getByRole("listitem").getByRole("button", { name: said("message.open-picture") });
  await expect.poll(() => tiles.count()).toBe(3);
  await log.getByRole("img", { name: "bild-3.png" }).waitFor();
  await axeClean(bert.page);
  await fitsInWidth(bert.page);
  await screenshot(bert.page, "album-320-dark");

  // One after the other, by keyboard and by buttons.
  await tiles.nth(1).click();
  const gallery = bert.page.getByRole("dialog");
  await gallery.getByRole("heading", { name: "bild-2.png" }).waitFor();
  await gallery.getByRole("img", { name: "bild-2.png" }).waitFor();
  await axeClean(bert.page);
  await screenshot(bert.page, "gallery-320-dark");
  await bert.page.keyboard.press("ArrowRight");
  await gallery.getByRole("heading", { name: "bild-3.png" }).waitFor();
  expect(await gallery.getByRole("button", { name: said("pictures.next") }).isDisabled()).toBe(true);
  await gallery.getByRole("button", { name: said("pictures.previous") }).click();
  await gallery.getByRole("heading", { name: "bild-2.png" }).waitFor();
  const whole = gallery.getByRole("img", { name: "bild-2.png" });
  await whole.waitFor();
  await bert.page.keyboard.press("+");
  await expect.poll(() => whole.evaluate((image) => image.style.transform)).toContain("scale(1.5)");
  await bert.page.keyboard.press("0");
  await expect.poll(() => whole.evaluate((image) => image.style.transform)).toContain("scale(1)");
  await bert.page.keyboard.press("Escape");
  await gallery.waitFor({ state: "hidden" });

  // A picture that moves stands still for who wants less of that, until it is pressed.
  await anna.page
    .locator("#conversation input[type=file]")
    .setInputFiles([{ name: "tanz.gif", mimeType: "image/gif", buffer: MOVING }]);
  await anna.page
    .getByRole("dialog")
    .getByRole("button", { name: said("common.send") })
    .click();
  const dance = log.getByRole("img", { name: "tanz.gif" });
  await dance.waitFor();
  const play = log.getByRole("button", { name: "Play tanz.gif" });
  await play.click();
  await play.waitFor({ state: "detached" });
  await dance.waitFor();
  await axeClean(bert.page);
  await screenshot(anna.page, "album-1280");
  await anna.leave();
  await bert.leave();
});

test("of a photograph goes what is to be seen, and not where it was made", async () => {
  const [anna, bert] = await twoInRoom(
    { name: "clara", locale: "en-GB" },
    { name: "dora", locale: "en-GB", viewport: PHONE },
  );
  const photo = await photograph(anna.page, "harbour.jpg");
  expect(photo.buffer.includes(PLACE)).toBe(true);
  await anna.page.locator("#conversation input[type=file]").setInputFiles([photo]);
  await anna.page
    .getByRole("dialog")
    .getByRole("button", { name: said("common.send") })
    .click();

  const log = bert.page.getByRole("log");
  const seen = log.getByRole("img", { name: photo.name });
  await expect
    .poll(() => seen.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight]))
    .toEqual([240, 400]);
  await log.getByRole("button", { name: said("message.open-picture") }).click();
  const download = bert.page.waitForEvent("download");
  await bert.page
    .getByRole("dialog")
    .getByRole("link", { name: said("message.download") })
    .click();
  const saved = await readFile(await (await download).path());
  expect(saved.includes(PLACE)).toBe(false);
  // Nothing else was taken from it.
  expect(saved.subarray(-1000).equals(photo.buffer.subarray(-1000))).toBe(true);
  await anna.leave();
  await bert.leave();
});
