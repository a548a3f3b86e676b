// Packs of stickers and emoticons: made, changed, turned on and deleted in the settings of a room.
import type { JSHandle, Locator, Page } from "playwright-core";
import { expect, test } from "vitest";

import { register } from "../harness/account.ts";
import { asPerson, userId } from "../harness/api.ts";
import { axeClean, fitsInWidth, nothingCut, screenshot } from "../harness/looking.ts";
import { DESKTOP, NO_SERVER, newPerson, PHONE } from "../harness/person.ts";
import { pictureFile } from "../harness/pictures.ts";
import { roomOf } from "../harness/rooms.ts";
import { said, saidWithin } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";
import { open } from "../harness/talking.ts";
import { twoInRoom } from "../harness/two.ts";

stage();

const PACK = "m.room.image_pack";

const section = (page: Page): Locator => page.getByRole("region", { name: said("packs.title") });
const turn = (page: Page): Locator =>
  section(page).getByRole("switch", { name: saidWithin("packs.everywhere") });
const editor = (page: Page): Locator =>
  page.getByRole("dialog", { name: saidWithin("packs.new") }).or(page.getByRole("dialog", { name: /Tiere/ }));
const shortNames = (page: Page): Locator =>
  editor(page).getByRole("textbox", { name: said("packs.shortcode") });
const descriptions = (page: Page): Locator =>
  editor(page).getByRole("textbox", { name: said("packs.description") });
const save = (page: Page): Locator => editor(page).getByRole("button", { name: said("common.save") });
const valuesOf = (fields: Locator): Promise<string[]> =>
  fields.evaluateAll((all) => all.map((field) => (field as HTMLInputElement).value));

async function openSettings(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1 }).getByRole("button").click();
  await page.getByText(said("panel.settings"), { exact: true }).click();
  await page.getByRole("heading", { name: said("room-settings.permissions") }).scrollIntoViewIfNeeded();
}

/** What the server has of the packs of a room, by key. */
function packsOf(roomId: string): Promise<Record<string, unknown>> {
  return asPerson(herold.url, "anna", async (ask) => {
    const state = await ask("GET", `/v3/rooms/${encodeURIComponent(roomId)}/state`);
    const packs = state.filter(({ type }: { type: string }) => type === PACK);
    return Object.fromEntries(
      packs.map(({ state_key, content }: { state_key: string; content: unknown }) => [state_key, content]),
    );
  });
}

function wantedBy(name: string): Promise<unknown> {
  return asPerson(herold.url, name, async (ask) => {
    const me = encodeURIComponent(await userId(herold.url, name));
    const data = await ask("GET", `/v3/user/${me}/account_data/m.image_pack.rooms`).catch(() => ({}));
    return data.rooms;
  });
}

/** A file as it is dragged or pasted. */
function carried(
  page: Page,
  { name, buffer }: { name: string; buffer: Buffer },
): Promise<JSHandle<DataTransfer>> {
  const file = { name, data: buffer.toString("base64") };
  return page.evaluateHandle(({ name, data }) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], name, { type: "image/png" }));
    return transfer;
  }, file);
}

const broken = { name: "kaputt.png", mimeType: "image/png", buffer: Buffer.from("no picture") };

test("a pack is made, changed, turned on by somebody else, and deleted", { timeout: 180_000 }, async () => {
  const [anna, bert, roomId] = await twoInRoom(
    { name: "anna", locale: "de-DE", viewport: DESKTOP },
    { name: "bert", viewport: PHONE, colorScheme: "dark" },
  );
  const { page } = anna;
  await openSettings(page);
  await section(page).waitFor();
  await openSettings(bert.page);
  // Whoever may change nothing is not told that there is nothing.
  expect(await section(bert.page).count()).toBe(0);

  // All by keyboard: name, use, from whom, and the pictures.
  const begin = section(page).getByRole("button", { name: said("packs.new") });
  await begin.press("Enter");
  await editor(page).waitFor();
  await expect
    .poll(() => editor(page).getByRole("textbox").first().getAttribute("placeholder"))
    .toBe("Lobby");
  expect(await save(page).isDisabled()).toBe(true);
  await page.keyboard.type("Tiere");
  for (const key of ["Tab", "Tab", "Space", "Tab"]) await page.keyboard.press(key);
  await page.keyboard.type("Gezeichnet von Anna");
  expect(
    await editor(page)
      .getByRole("checkbox", { name: said("packs.stickers") })
      .isDisabled(),
  ).toBe(true);
  const chooser = page.waitForEvent("filechooser");
  for (const key of ["Tab", "Tab", "Enter"]) await page.keyboard.press(key);
  const pictures = [
    await pictureFile(page, { name: "Ä Ö.PNG", colour: "#2b5f9e", width: 300, height: 200 }),
    await pictureFile(page, { name: "Großes Foto.png", colour: "#1b6e42", width: 2000, height: 1500 }),
  ];
  await (await chooser).setFiles([...pictures, broken]);
  await editor(page).getByText(said("packs.no-picture")).waitFor();
  expect(await editor(page).getByText(said("packs.no-picture")).textContent()).toContain("kaputt.png");
  await expect.poll(() => valuesOf(shortNames(page))).toEqual(["ae_oe", "grosses_foto"]);

  // One more is let go over the dialog.
  const third = await pictureFile(page, { name: "###.png", colour: "#8a5300", width: 64, height: 64 });
  const dragged = await carried(page, third);
  await shortNames(page).first().dispatchEvent("dragenter", { dataTransfer: dragged });
  await editor(page).getByText(said("packs.drop")).waitFor();
  await shortNames(page).first().dispatchEvent("drop", { dataTransfer: dragged });
  await expect.poll(() => valuesOf(shortNames(page))).toEqual(["ae_oe", "grosses_foto", "1"]);
  await editor(page).getByText(said("packs.no-picture")).waitFor({ state: "detached" });
  await editor(page).getByText(said("packs.count")).getByText("3 Bilder").waitFor();
  await editor(page).getByText(said("packs.not-encrypted")).waitFor();

  // What is no short name is told at its field, which has the focus when it is to be saved.
  await shortNames(page).nth(2).fill("so nicht!");
  await editor(page).getByText(said("packs.shortcode-invalid")).waitFor();
  await save(page).press("Enter");
  await expect
    .poll(() =>
      shortNames(page)
        .nth(2)
        .evaluate((it) => it === document.activeElement),
    )
    .toBe(true);
  await shortNames(page).nth(2).fill("ae_oe");
  await editor(page).getByText(said("packs.shortcode-taken")).waitFor();
  // Each field is of a picture, which is heard with it.
  const group = (name: string): Locator => editor(page).getByRole("group", { name, exact: true });
  await shortNames(page).nth(2).fill("");
  await group("Bild 3")
    .getByRole("textbox", { name: said("packs.shortcode") })
    .waitFor();
  await editor(page).getByRole("button", { name: "Bild 3 wegnehmen" }).waitFor();
  await shortNames(page).nth(2).fill("ae_oe");
  expect(await group("grosses_foto").getByRole("textbox").count()).toBe(2);
  await axeClean(page);
  await screenshot(page, "pack-editor-1280");
  await shortNames(page).nth(2).fill("winken");
  await descriptions(page).nth(2).fill("Eine Hand winkt");
  await descriptions(page).nth(2).press("Enter");
  await editor(page).waitFor({ state: "detached" });
  await section(page).getByText(said("packs.saved")).waitFor({ state: "attached" });
  await section(page).getByRole("heading", { name: "Tiere" }).waitFor();

  // On the server it is what the specification says.
  const url = expect.stringMatching(/^mxc:\/\//);
  const [key = "", ...others] = Object.keys(await packsOf(roomId));
  expect(others).toEqual([]);
  const size = (index: number) => pictures[index]?.buffer.length;
  expect((await packsOf(roomId))[key]).toEqual({
    images: {
      ae_oe: { url, info: { w: 300, h: 200, mimetype: "image/png", size: size(0) } },
      grosses_foto: { url, info: { w: 512, h: 384, mimetype: "image/webp", size: expect.any(Number) } },
      winken: {
        url,
        body: "Eine Hand winkt",
        info: { w: 64, h: 64, mimetype: "image/png", size: third.buffer.length },
      },
    },
    pack: { display_name: "Tiere", attribution: "Gezeichnet von Anna", usage: ["sticker"] },
  });
  const photo = section(page).getByRole("img", { name: "grosses_foto" }).locator("img");
  await expect.poll(() => photo.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(512);
  await expect.poll(() => wantedBy("anna")).toEqual({ [roomId]: { [key]: {} } });
  await expect.poll(() => turn(page).isChecked()).toBe(true);

  // Bert sees it, may not change it, and may want it everywhere.
  await section(bert.page).getByRole("heading", { name: "Tiere" }).waitFor();
  await section(bert.page).getByRole("img", { name: "Eine Hand winkt" }).waitFor();
  expect(await section(bert.page).getByRole("button").count()).toBe(0);
  await section(bert.page).scrollIntoViewIfNeeded();
  await axeClean(bert.page);
  await fitsInWidth(bert.page);
  await screenshot(bert.page, "packs-320");
  expect(await turn(bert.page).isChecked()).toBe(false);
  await turn(bert.page).press("Space");
  await expect.poll(() => wantedBy("bert")).toEqual({ [roomId]: { [key]: {} } });
  await expect.poll(() => turn(bert.page).isChecked()).toBe(true);

  // A name is changed and a picture taken away; without a connection nothing is lost.
  const before = (await packsOf(roomId))[key] as { images: Record<string, { url: string }> };
  await section(page)
    .getByRole("button", { name: said("packs.edit") })
    .press("Enter");
  await expect.poll(() => valuesOf(shortNames(page))).toEqual(["ae_oe", "grosses_foto", "winken"]);
  await shortNames(page).nth(1).fill("foto");
  await editor(page).getByRole("button", { name: "winken wegnehmen" }).press("Enter");
  await expect.poll(() => valuesOf(shortNames(page))).toEqual(["ae_oe", "foto"]);
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label")))
    .toBe("foto wegnehmen");
  anna.pardon(NO_SERVER);
  await anna.context.setOffline(true);
  await save(page).click();
  await editor(page).getByText(said("failure.unreachable")).waitFor();
  expect(await valuesOf(shortNames(page))).toEqual(["ae_oe", "foto"]);
  await anna.context.setOffline(false);
  await save(page).click();
  await editor(page).waitFor({ state: "detached" });
  const { images } = (await packsOf(roomId))[key] as typeof before;
  expect(Object.keys(images).sort()).toEqual(["ae_oe", "foto"]);
  expect(images.foto?.url).toBe(before.images.grosses_foto?.url);
  await section(bert.page).getByRole("img", { name: "foto" }).waitFor();

  // Whoever leaves with changes is asked.
  await section(page)
    .getByRole("button", { name: said("packs.edit") })
    .press("Enter");
  await shortNames(page).first().fill("anders");
  await page.keyboard.press("Escape");
  const question = page.getByRole("dialog", { name: said("packs.discard") });
  await question.getByRole("button", { name: said("common.cancel") }).click();
  await question.waitFor({ state: "detached" });
  expect(await shortNames(page).first().inputValue()).toBe("anders");
  await page.keyboard.press("Escape");
  await question.getByRole("button", { name: said("composer.voice-discard") }).click();
  await editor(page).waitFor({ state: "detached" });
  await section(page)
    .getByRole("button", { name: said("packs.edit") })
    .press("Enter");
  await editor(page).waitFor();
  await page.keyboard.press("Escape");
  await editor(page).waitFor({ state: "detached" });

  // It is deleted for everybody.
  await section(page)
    .getByRole("button", { name: said("packs.remove") })
    .click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: said("packs.remove-action") })
    .press("Enter");
  await section(page).getByRole("heading", { name: "Tiere" }).waitFor({ state: "detached" });
  await expect.poll(() => begin.evaluate((it) => it === document.activeElement)).toBe(true);
  expect(await packsOf(roomId)).toEqual({ [key]: {} });
  await expect.poll(() => wantedBy("anna")).toEqual({});
  await section(bert.page).waitFor({ state: "detached" });
  await anna.leave();
  await bert.leave();
});

test.each([
  { name: "carla", locale: "de-DE", viewport: PHONE, colorScheme: "dark", hasTouch: true },
  { name: "dora", locale: "fr-FR", viewport: PHONE, colorScheme: "light", hasTouch: true },
] as const)("what another app wrote is mended on a phone, $locale", async (profile) => {
  const { name } = profile;
  const person = await newPerson(browser, herold.url, profile);
  const { page } = person;
  await register(page, name);
  const roomId = await roomOf(herold.url, [name], {
    name: "Lagezentrum Nordrhein-Westfalen",
    encrypted: true,
  });
  await asPerson(herold.url, name, (ask) =>
    ask("PUT", `/v3/rooms/${encodeURIComponent(roomId)}/state/${PACK}/animals`, {
      images: {
        "zwei Worte": { url: "mxc://localhost/none" },
        katze: { url: "mxc://localhost/none-either", body: "Eine Katze" },
      },
      pack: { attribution: "Donaudampfschifffahrtsgesellschaftskapitänsmützenzeichner" },
    }),
  );
  await open(page, "Lagezentrum Nordrhein-Westfalen");
  await openSettings(page);
  await section(page).getByRole("heading", { name: "Lagezentrum Nordrhein-Westfalen" }).waitFor();
  await section(page).scrollIntoViewIfNeeded();
  await axeClean(page);
  await fitsInWidth(page);
  await section(page)
    .getByRole("button", { name: said("packs.edit") })
    .click();
  const dialog = page.getByRole("dialog");
  const fields = dialog.getByRole("textbox", { name: said("packs.shortcode") });
  await dialog.getByText(said("packs.shortcode-invalid")).waitFor();
  await axeClean(page);
  await fitsInWidth(page);
  await nothingCut(page);
  await screenshot(page, `pack-editor-320-${profile.colorScheme}`);
  const wrong = (await valuesOf(fields)).indexOf("zwei Worte");
  await fields.nth(wrong).fill("zwei_worte");
  await dialog.getByText(said("packs.shortcode-invalid")).waitFor({ state: "detached" });
  // A picture that is pasted into a field comes into the pack.
  const copied = await pictureFile(page, { name: "kopiert.png", colour: "#7a2e8c", width: 40, height: 40 });
  await fields
    .nth(wrong)
    .evaluate(
      (field, clipboardData) =>
        field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true })),
      await carried(page, copied),
    );
  await expect.poll(async () => (await valuesOf(fields)).at(-1)).toBe("kopiert");
  await dialog.getByRole("button", { name: said("common.save") }).scrollIntoViewIfNeeded();
  await screenshot(page, `pack-editor-320-${profile.colorScheme}-end`);
  await dialog.getByRole("button", { name: said("common.save") }).click();
  await dialog.waitFor({ state: "detached" });
  const written = await asPerson(herold.url, name, (ask) =>
    ask("GET", `/v3/rooms/${encodeURIComponent(roomId)}/state/${PACK}/animals`),
  );
  expect(Object.keys(written.images).sort()).toEqual(["katze", "kopiert", "zwei_worte"]);
  expect(written.pack).toEqual({ attribution: "Donaudampfschifffahrtsgesellschaftskapitänsmützenzeichner" });
  await person.leave();
});

test("names longer than the screen leave room for what is done with a pack", async () => {
  const person = await newPerson(browser, herold.url, { name: "fritz", viewport: PHONE });
  const { page } = person;
  await register(page, "fritz");
  const roomId = await roomOf(herold.url, ["fritz"], { name: "Wache" });
  await asPerson(herold.url, "fritz", (ask) =>
    ask("PUT", `/v3/rooms/${encodeURIComponent(roomId)}/state/${PACK}/long`, {
      images: { katze: { url: "mxc://localhost/none" } },
      pack: { display_name: "Langer Name ".repeat(800), attribution: "Von vielen ".repeat(800) },
    }),
  );
  await open(page, "Wache");
  await openSettings(page);
  const pack = section(page).getByRole("listitem").first();
  await pack.waitFor();
  expect(await pack.evaluate((one) => one.clientHeight)).toBeLessThan(PHONE.height);
  await section(page)
    .getByRole("button", { name: saidWithin("packs.edit") })
    .click();
  const close = page.getByRole("dialog").getByRole("button", { name: said("common.cancel") });
  await close.scrollIntoViewIfNeeded();
  const box = await close.boundingBox();
  expect((box?.y ?? PHONE.height) + (box?.height ?? 0)).toBeLessThanOrEqual(PHONE.height);
  await fitsInWidth(page);
  await close.click();
  await person.leave();
});

test("the settings of a space say that its packs are for all of its rooms", async () => {
  const person = await newPerson(browser, herold.url, { name: "emil" });
  const { page } = person;
  await register(page, "emil");
  const roomId = await asPerson(herold.url, "emil", async (ask) => {
    const creation_content = { type: "m.space" };
    return (await ask("POST", "/v3/createRoom", { name: "Wache", creation_content })).room_id;
  });
  await page.getByRole("row", { name: "Wache" }).waitFor();
  await page.evaluate((id) => {
    location.hash = `#/space/${encodeURIComponent(id)}/settings`;
  }, roomId);
  await section(page).getByText(said("packs.space")).waitFor();
  await person.leave();
});
