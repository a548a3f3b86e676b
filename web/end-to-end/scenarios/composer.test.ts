// Writing: whom and what one names, how words look, emoji, commands, files; what is not sent stays.
import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";

import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { type Person, PHONE } from "../harness/person.ts";
import { said } from "../harness/said.ts";
import { stage } from "../harness/stage.ts";
import { twoInRoom } from "../harness/two.ts";

let anna: Person;
let bert: Person;
let roomId: string;

stage({ HEROLD_MEDIA_UPLOAD_SIZE_MAX: "100000" });

const field = (page: Page): Locator =>
  page.getByRole("textbox", { name: said("composer.placeholder-encrypted") });
const log = (page: Page): Locator => page.getByRole("log");

/** A picture of one colour. */
async function picture(page: Page, width = 320, height = 200): Promise<Buffer> {
  const address = await page.evaluate(
    ([w = 1, h = 1]) => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [w, h];
      const context = canvas.getContext("2d");
      if (context) context.fillStyle = "#2b5f9e";
      context?.fillRect(0, 0, w, h);
      return canvas.toDataURL("image/png");
    },
    [width, height],
  );
  return Buffer.from(address.split(",")[1] ?? "", "base64");
}

test("two people write to each other with all that a composer has", async () => {
  [anna, bert, roomId] = await twoInRoom(
    { name: "anna", locale: "de-DE" },
    { name: "bert", locale: "en-GB", viewport: PHONE, colorScheme: "dark" },
  );

  // Somebody is named: suggested while typing, taken with Enter, a mention and a pill where it is read.
  await field(anna.page).click();
  await field(anna.page).pressSequentially("Hallo @be");
  await anna.page.getByRole("option", { name: /bert/ }).waitFor();
  await axeClean(anna.page);
  await screenshot(anna.page, "composer-suggestions");
  await anna.page.keyboard.press("Enter");
  expect(await field(anna.page).inputValue()).toBe("Hallo @bert ");
  await anna.page.keyboard.type("und :rake");
  await anna.page
    .getByRole("option", { name: /rakete/i })
    .first()
    .click();
  await anna.page.keyboard.type("**fett**");
  await anna.page.keyboard.press("Enter");
  expect(await field(anna.page).inputValue()).toBe("");
  const pill = log(bert.page).getByRole("link", { name: "bert" });
  await pill.waitFor();
  expect(await pill.getAttribute("href")).toContain("matrix.to");
  await log(bert.page).getByText("🚀").waitFor();
  expect(await log(bert.page).locator("strong", { hasText: "fett" }).count()).toBe(1);

  // A room is named.
  await field(anna.page).fill("siehe #lob");
  await anna.page.getByRole("option", { name: /Lobby/ }).click();
  await anna.page.keyboard.press("Enter");
  expect(await log(bert.page).getByRole("link", { name: "#Lobby" }).getAttribute("href")).toContain(
    encodeURIComponent(roomId),
  );

  // Formatting by key and by button, on what is selected.
  await anna.page.getByRole("button", { name: said("composer.more") }).click();
  await anna.page.getByRole("menuitem", { name: said("composer.formatting") }).click();
  await field(anna.page).fill("wichtig");
  await field(anna.page).selectText();
  await anna.page.keyboard.press("Control+b");
  expect(await field(anna.page).inputValue()).toBe("**wichtig**");
  await anna.page.getByRole("button", { name: /^Kursiv/ }).click();
  expect(await field(anna.page).inputValue()).toBe("**_wichtig_**");
  await screenshot(anna.page, "composer-formatting");
  await axeClean(anna.page);
  await anna.page.keyboard.press("Control+z");
  expect(await field(anna.page).inputValue()).toBe("**wichtig**");

  // What is not sent is there again after a reload.
  await anna.page.reload();
  await field(anna.page).waitFor();
  expect(await field(anna.page).inputValue()).toBe("**wichtig**");
  await field(anna.page).press("Enter");
  await log(bert.page).locator("strong", { hasText: "wichtig" }).waitFor();

  // The newest of one's own is edited with the arrow key.
  await field(anna.page).press("ArrowUp");
  await field(anna.page).fill("doch nicht");
  await field(anna.page).press("Enter");
  await log(bert.page).getByText("doch nicht").waitFor();
  await log(bert.page).getByText(said("message.edited")).waitFor();
});

test("emoji are chosen from a list, for words and as reactions", async () => {
  const { page } = bert;
  await page.getByRole("button", { name: said("composer.emoji") }).click();
  await page.getByRole("searchbox", { name: said("emoji-list.search") }).fill("waving");
  await page.getByRole("option", { name: "waving hand" }).waitFor();
  await page.getByText("✋🏾").click();
  await axeClean(page);
  await fitsInWidth(page);
  await screenshot(page, "emoji-320-dark");
  await page.getByRole("option", { name: "waving hand" }).click();
  expect(await field(page).inputValue()).toBe("👋🏾");
  await field(page).press("Enter");
  await log(anna.page).getByText("👋🏾").waitFor();

  const message = log(anna.page).getByRole("article").filter({ hasText: "👋🏾" });
  await message.hover();
  await message.getByRole("button", { name: said("message.react") }).click();
  await anna.page.getByRole("searchbox", { name: said("emoji-list.search") }).fill("rakete");
  await anna.page.keyboard.press("ArrowDown");
  await anna.page.keyboard.press("Enter");
  await log(page).getByRole("button", { name: /🚀/ }).waitFor();
});

test("commands do what they say, or say what is missing", async () => {
  const { page } = anna;
  await field(page).fill("/to");
  await page.getByRole("option", { name: /topic/ }).waitFor();
  await screenshot(page, "composer-commands");
  await field(page).fill("/topic Mittag um zwölf");
  await field(page).press("Enter");
  await page.getByRole("heading", { level: 1 }).getByText("Mittag um zwölf").waitFor();
  await field(page).fill("/tanz");
  await field(page).press("Enter");
  await page.getByRole("alert").getByText(said("composer.unknown-command")).waitFor();
  await axeClean(page);
  await field(page).fill("/me tanzt");
  await field(page).press("Enter");
  await log(bert.page).getByText("tanzt").waitFor();
  await page.getByRole("alert").waitFor({ state: "hidden" });
});

test("files are looked at once more, and one that is too large is said to be so", async () => {
  const { page } = anna;
  const image = await picture(page);
  await page.locator("input[type=file]").setInputFiles([
    { name: "meer.png", mimeType: "image/png", buffer: image },
    { name: "zu-gross.bin", mimeType: "application/octet-stream", buffer: Buffer.alloc(200_000) },
  ]);
  const dialog = page.getByRole("dialog");
  await dialog.getByText(said("composer.too-large")).waitFor();
  await axeClean(page);
  await screenshot(page, "composer-files");
  await dialog.getByRole("textbox", { name: said("composer.caption") }).fill("Am **Meer**");
  await dialog.getByRole("button", { name: said("common.send") }).click();
  await log(bert.page).locator("strong", { hasText: "Meer" }).waitFor();
  await log(bert.page)
    .getByRole("button", { name: /meer\.png/ })
    .waitFor();
  expect(await log(bert.page).getByText("zu-gross.bin").count()).toBe(0);

  // The same by letting it go over the conversation.
  const dropped = await bert.page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(["words"], "liste.txt", { type: "text/plain" }));
    return transfer;
  });
  for (const kind of ["dragenter", "dragover", "drop"])
    await bert.page.dispatchEvent("#conversation [role=log]", kind, { dataTransfer: dropped });
  await bert.page.getByRole("dialog").getByText("liste.txt").waitFor();
  await fitsInWidth(bert.page);
  await screenshot(bert.page, "composer-files-320-dark");
  await bert.page
    .getByRole("dialog")
    .getByRole("button", { name: said("common.send") })
    .click();
  await log(page).getByText("liste.txt").waitFor();
});

test("nothing of it went wrong", async () => {
  await axeClean(anna.page);
  await axeClean(bert.page);
  await screenshot(anna.page, "conversation-1280");
  await screenshot(bert.page, "conversation-320-dark");
  await anna.leave();
  await bert.leave();
});
