// Files that are chosen while nobody answers wait in their place among the words, and are there again after a reload.
import type { Route } from "playwright-core";
import { expect, test } from "vitest";

import { keeps } from "../harness/kept.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { NO_SERVER, type Person, PHONE } from "../harness/person.ts";
import { pictureFile } from "../harness/pictures.ts";
import { said, saidWithin } from "../harness/said.ts";
import { stage } from "../harness/stage.ts";
import { field, message, press, sent, write } from "../harness/talking.ts";
import { twoTalking } from "../harness/two.ts";

const SERVER = /\/_matrix\//;
const ORDER = ["Before it", "A red field", "After it", "Minutes.txt", "Last of all"];

stage();

const stop = (route: Route) => route.abort();
const rows = ({ page }: Person) => page.locator("#conversation").getByRole("log").getByRole("article");
const waits = ({ page }: Person, words: string) =>
  message(page, words)
    .getByRole("img", { name: said("message.sending") })
    .waitFor();
const shown = async (person: Person): Promise<string[]> => {
  const texts = await rows(person).allInnerTexts();
  return texts.flatMap((text) => ORDER.filter((words) => text.includes(words)));
};

type Chosen = Awaited<ReturnType<typeof pictureFile>>;

async function choose({ page }: Person, file: Chosen, caption?: string): Promise<void> {
  await page.locator("#conversation input[type=file]").setInputFiles([file]);
  const dialog = page.getByRole("dialog");
  if (caption) await dialog.getByRole("textbox", { name: said("composer.caption") }).fill(caption);
  await dialog.getByRole("button", { name: said("common.send") }).click();
}

async function say({ page }: Person, words: string): Promise<void> {
  await field(page).fill(words);
  await field(page).press("Enter");
  await message(page, words).waitFor();
}

test("a picture and a file wait with what was written before and after, and arrive once, in their order", async () => {
  const [anna, bert] = await twoTalking({ name: "anna" }, { name: "bert" });
  anna.pardon(NO_SERVER);
  await write(bert.page, "What does it look like?");
  await message(anna.page, "What does it look like?").waitFor();
  await write(anna.page, "A moment");
  await anna.page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  const picture = await pictureFile(anna.page, {
    name: "red.png",
    colour: "#a40000",
    width: 400,
    height: 300,
  });
  const minutes = {
    name: "Minutes.txt",
    mimeType: "text/plain",
    buffer: Buffer.from("Nobody may read this."),
  };

  await anna.context.route(SERVER, stop);
  await say(anna, "Before it");
  await press(anna.page, "What does it look like?", "message.reply");
  await choose(anna, picture, "A red field");
  await waits(anna, "A red field");
  await say(anna, "After it");
  await choose(anna, minutes);
  await waits(anna, "Minutes.txt");
  await say(anna, "Last of all");
  await expect.poll(() => shown(anna)).toEqual(ORDER);
  await axeClean(anna.page);
  await screenshot(anna.page, "unsent-files-1280");

  await anna.page.reload();
  await waits(anna, "Minutes.txt");
  await message(anna.page, "A red field").getByRole("img", { name: "red.png" }).waitFor();
  await expect.poll(() => shown(anna)).toEqual(ORDER);
  for (const words of ["A red field", "Minutes.txt", "Nobody may read this."])
    expect(await keeps(anna.page, words), words).toBe(false);

  await anna.context.unroute(SERVER, stop);
  await sent(anna.page, "Last of all");
  await message(bert.page, "Last of all").waitFor();
  await expect.poll(() => shown(bert)).toEqual(ORDER);
  await expect.poll(() => shown(anna)).toEqual(ORDER);
  const arrived = message(bert.page, "A red field");
  await arrived.getByRole("img", { name: "red.png" }).waitFor();
  await arrived.getByText("What does it look like?").waitFor();

  // Nothing of it is left to be sent again.
  await anna.page.reload();
  await write(anna.page, "That was all");
  await message(bert.page, "That was all").waitFor();
  for (const person of [anna, bert]) await expect.poll(() => shown(person)).toEqual(ORDER);
  await anna.leave();
  await bert.leave();
});

test("where there is no room to keep a file its row says so, and the browser asks before the page goes", async () => {
  const [gina, hans] = await twoTalking(
    { name: "gina", locale: "de-DE", viewport: PHONE },
    { name: "hans", locale: "fr-FR" },
  );
  const { page, context } = gina;
  gina.pardon(NO_SERVER);
  await page.evaluate(() => {
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (value, key) {
      if (this.name === "files") throw new DOMException("full", "QuotaExceededError");
      return put.call(this, value, key);
    };
  });
  await context.route(SERVER, stop);
  await choose(gina, { name: "Minutes.txt", mimeType: "text/plain", buffer: Buffer.from("Much.") });
  await message(page, "Minutes.txt").getByText(said("message.waiting-here")).waitFor();
  await axeClean(page);
  await fitsInWidth(page);
  await screenshot(page, "unsent-file-not-kept-320");
  const asked = page.waitForEvent("dialog");
  const leaving = page.goto("about:blank").catch(() => undefined);
  await (await asked).dismiss();
  await leaving;

  await context.unroute(SERVER, stop);
  await sent(page, "Minutes.txt");
  await message(hans.page, "Minutes.txt").waitFor();
  await gina.leave();
  await hans.leave();
});

test("a file that the browser lost says so in its place, and is taken away", async () => {
  const [ida, jan] = await twoTalking(
    { name: "ida", locale: "de-DE", viewport: PHONE, colorScheme: "dark" },
    { name: "jan" },
  );
  const { page, context } = ida;
  ida.pardon(NO_SERVER);
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await context.route(SERVER, stop);
  await choose(ida, { name: "Minutes.txt", mimeType: "text/plain", buffer: Buffer.from("Much.") });
  await waits(ida, "Minutes.txt");
  await say(ida, "Read it soon");
  await page.evaluate(async () => {
    const asked = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const { name = "" } =
      (await indexedDB.databases()).find((one) => one.name?.startsWith("herold-unsent-")) ?? {};
    const database = await asked(indexedDB.open(name));
    await asked(database.transaction("files", "readwrite").objectStore("files").clear());
    database.close();
  });
  await page.reload();
  const lost = message(page, "Minutes.txt");
  await lost.getByText(saidWithin("failure.file-lost")).waitFor();
  await axeClean(page);
  await fitsInWidth(page);
  await screenshot(page, "unsent-file-lost-320");

  // What was written after it does not wait for it.
  await context.unroute(SERVER, stop);
  await message(jan.page, "Read it soon").waitFor();
  await lost.getByRole("button", { name: said("message.remove"), exact: true }).click();
  await lost.waitFor({ state: "detached" });
  await ida.leave();
  await jan.leave();
});
