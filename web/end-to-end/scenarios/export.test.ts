// A conversation as a file of one's own: read without the app, with what could not be read said.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";

import { unpack } from "../harness/archive.ts";
import { beside } from "../harness/beside.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { type Person, PHONE } from "../harness/person.ts";
import { pictureFile } from "../harness/pictures.ts";
import { sayIn } from "../harness/rooms.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";
import { choose, field, message, press, sent, write } from "../harness/talking.ts";
import { twoInRoom } from "../harness/two.ts";

let anna: Person;
let ben: Person;
let roomId: string;

stage();

/** Nobody chooses a place in a scenario: the file is saved as any other. */
async function withoutChooser({ page }: Person): Promise<void> {
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, "showSaveFilePicker"));
  await page.reload();
}

async function openExport(page: Page): Promise<Locator> {
  await page.getByRole("heading", { level: 1 }).getByRole("button").click();
  await beside(page, "panel.details")
    .getByRole("button", { name: said("export.title") })
    .click();
  return page.getByRole("dialog");
}

/** Ben asks, and both have an answer. */
async function poll(roomId: string): Promise<void> {
  const text = "org.matrix.msc1767.text";
  const start = {
    question: { [text]: "Suppe oder Pizza?" },
    kind: "org.matrix.msc3381.poll.disclosed",
    max_selections: 1,
    answers: [
      { id: "1", [text]: "Suppe" },
      { id: "2", [text]: "Pizza" },
    ],
  };
  const asked = [{ "org.matrix.msc3381.poll.start": start }];
  const [pollId] = await sayIn(herold.url, "ben", roomId, asked, "org.matrix.msc3381.poll.start");
  const vote = {
    "m.relates_to": { rel_type: "m.reference", event_id: pollId },
    "org.matrix.msc3381.poll.response": { answers: ["1"] },
  };
  for (const name of ["anna", "ben"])
    await sayIn(herold.url, name, roomId, [vote], "org.matrix.msc3381.poll.response");
}

test("everything is in one file that opens anywhere", async () => {
  [anna, ben, roomId] = await twoInRoom(
    { name: "anna", locale: "de-DE" },
    { name: "ben", viewport: PHONE, colorScheme: "dark" },
  );
  await withoutChooser(anna);
  await write(anna.page, "Der **Plan** steht & <alles> ist bereit", "Der Plan steht");
  await message(ben.page, "Der Plan").waitFor();
  await press(ben.page, "Der Plan", "message.reply");
  await write(ben.page, "Gut so");
  await choose(anna.page, "Gut so", "message.pin");
  await press(anna.page, "Gut so", "message.react");
  await anna.page.getByRole("button", { name: "👍" }).first().click();
  await ben.page.getByRole("button", { name: /👍 1/ }).waitFor();
  await field(anna.page).press("Escape");
  const picture = await pictureFile(anna.page, {
    name: "lage #1.png",
    colour: "#1b6e42",
    width: 320,
    height: 200,
  });
  await anna.page.locator("#conversation input[type=file]").setInputFiles([picture]);
  await anna.page
    .getByRole("dialog")
    .getByRole("button", { name: said("common.send") })
    .click();
  await ben.page.getByRole("log").getByRole("img", { name: "lage #1.png" }).waitFor();
  await write(anna.page, "Um zwölf");
  await anna.page.locator("#conversation textarea").press("ArrowUp");
  await write(anna.page, "Um eins");
  await poll(roomId);
  // Somebody's message whose key never came.
  await sayIn(
    herold.url,
    "ben",
    roomId,
    [
      {
        algorithm: "m.megolm.v1.aes-sha2",
        ciphertext: "AwgA",
        session_id: "x",
        sender_key: "y",
        device_id: "Z",
      },
    ],
    "m.room.encrypted",
  );

  const dialog = await openExport(anna.page);
  await dialog.getByRole("radio", { name: said("export.period-days") }).press("Space");
  await dialog.getByLabel(said("export.from-day")).waitFor();
  await axeClean(anna.page);
  await screenshot(anna.page, "export-1280-de");
  await dialog.getByRole("radio", { name: said("export.period-all") }).press("Space");
  const saving = anna.page.waitForEvent("download");
  await dialog.getByRole("button", { name: said("export.start") }).click();
  const download = await saving;
  expect(download.suggestedFilename()).toBe("Unterhaltung Lobby.zip");
  await dialog.getByText(/1 Nachricht konnte dieses Gerät nicht lesen/).waitFor();
  await axeClean(anna.page);
  await screenshot(anna.page, "export-done-1280-de");
  await dialog.getByRole("button", { name: said("common.done") }).click();

  const folder = await mkdtemp(join(tmpdir(), "herold-export-"));
  try {
    const files = await unpack(await download.path(), folder);
    expect([...files.keys()].sort()).toEqual([
      "files/0001-lage #1.png",
      "index.html",
      "messages-0001.html",
      "messages-0001.json",
    ]);
    expect(files.get("files/0001-lage #1.png")?.equals(picture.buffer)).toBe(true);
    const events: { type: string; content: { body?: string } }[] = JSON.parse(
      String(files.get("messages-0001.json")),
    );
    expect(events.some(({ type, content }) => type === "m.room.message" && content.body === "Gut so")).toBe(
      true,
    );
    await readWithoutApp(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** In a browser that knows nothing of the app, from the disk. */
async function readWithoutApp(folder: string): Promise<void> {
  const context = await browser.newContext({ viewport: PHONE, offline: true });
  context.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  context.on("console", (message) => complaints.push(message.text()));
  const page = await context.newPage();
  await page.goto(String(pathToFileURL(join(folder, "index.html"))));
  await axeClean(page);
  await page.getByRole("link", { name: "Seite 1" }).click();
  const article = (words: string): Locator => page.getByRole("article").filter({ hasText: words });
  await article("Der Plan steht & <alles> ist bereit").locator("strong", { hasText: "Plan" }).waitFor();
  await article("Gut so").getByText("👍 anna").waitFor();
  await article("Gut so")
    .getByRole("link", { name: /anna: Der Plan/ })
    .waitFor();
  await article("Suppe oder Pizza?").getByText("2 Stimmen").waitFor();
  await article("Suppe oder Pizza?").getByText("2 Personen haben abgestimmt").waitFor();
  await article("Um eins").getByText(said("message.edited")).waitFor();
  await page.getByText("anna hat ben eingeladen.").waitFor();
  const image = page.getByRole("img", { name: "lage #1.png" });
  await image.scrollIntoViewIfNeeded();
  await expect.poll(() => image.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBe(320);
  await axeClean(page);
  await fitsInWidth(page);
  await screenshot(page, "exported-320-de");
  expect(complaints).toEqual([]);
  await context.close();
}

test("straight to the disk where the browser can do that, called off without a trace, and only what was wanted", async () => {
  const { page } = ben;
  // The browser's own question where to is answered with a place of the browser's.
  await page.addInitScript(() => {
    const place = async () =>
      (await navigator.storage.getDirectory()).getFileHandle("out.zip", { create: true });
    Object.assign(globalThis, { showSaveFilePicker: place });
  });
  await page.reload();
  await sent(page, "Gut so");
  const written = () =>
    page.evaluate(async () => {
      const handle = await (await navigator.storage.getDirectory()).getFileHandle("out.zip", {
        create: true,
      });
      return (await handle.getFile()).text();
    });
  // The history takes its time, and is called off.
  let letGo = (): void => undefined;
  await page.route(/\/messages\?/, async (route) => {
    await new Promise<void>((resolve) => {
      letGo = resolve;
    });
    await route.continue().catch(() => undefined);
  });
  const dialog = await openExport(page);
  await dialog.getByRole("button", { name: said("export.start") }).click();
  await dialog.getByRole("progressbar").waitFor();
  await axeClean(page);
  await fitsInWidth(page);
  await screenshot(page, "export-working-320-dark");
  await dialog.getByRole("button", { name: said("common.cancel") }).click();
  letGo();
  await dialog.getByRole("button", { name: said("export.start") }).waitFor();
  expect(await written()).toBe("");
  await page.unroute(/\/messages\?/);

  await dialog.getByText(said("export.with-files")).click();
  await fitsInWidth(page);
  await screenshot(page, "export-320-dark");
  await dialog.getByRole("button", { name: said("export.start") }).click();
  await dialog.getByRole("button", { name: said("common.done") }).click();
  const archive = await written();
  expect(archive).toContain("lage #1.png (left out)");
  expect(archive).not.toContain("files/0001");

  await anna.leave();
  await ben.leave();
});
