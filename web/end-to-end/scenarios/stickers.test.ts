// Stickers and emoji of packs: found, sent and seen; offered where they belong; on a phone and by keyboard.
import type { Locator, Page, Route } from "playwright-core";
import { expect, test } from "vitest";

import { register } from "../harness/account.ts";
import { asPerson, userId } from "../harness/api.ts";
import { beside } from "../harness/beside.ts";
import { everywhere, openPlace, pack, place, tab } from "../harness/choosing.ts";
import { axeClean, fitsInWidth, nothingCut, screenshot } from "../harness/looking.ts";
import { movingImage, type Painted, packImages, putPack } from "../harness/packs.ts";
import { NO_SERVER, newPerson, type Person, PHONE } from "../harness/person.ts";
import { roomOf } from "../harness/rooms.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";
import { field, open, press, write } from "../harness/talking.ts";
import { twoInRoom } from "../harness/two.ts";

const CATS: readonly Painted[] = [
  ["cat", "🐱", "Katze"],
  ["cat_sleeps", "😴", "Katze schläft"],
  ["cat_laughs", "😹", "Katze lacht Tränen"],
  ["cat_loves", "😻", "Katze ist verliebt"],
  ["cat_cries", "😿", "Katze weint"],
  ["cat_angry", "😾", "Katze ist böse"],
  ["cat_kisses", "😽", "Katze gibt einen Kuss"],
  ["cat_smiles", "😸", "Katze lächelt"],
  ["cat_shocked", "🙀", "Katze erschrickt"],
  ["cat_walks", "🐈", "Katze geht"],
  ["paw", "🐾", "Spuren im Schnee"],
];
const SIGNS: readonly Painted[] = [
  ["wappen", "🛡️", "Unser Wappen"],
  ["dienst", "🎖️", "Dienst"],
];

let anna: Person;
let bert: Person;
let lobby: string;
let cats: Awaited<ReturnType<typeof packImages>>;

stage();

const isDrawn = (image: Locator): Promise<boolean> =>
  image.evaluate((drawn: HTMLImageElement) => drawn.complete && drawn.naturalWidth > 0);

/** From here on each picture that comes from memory says what it is. */
async function noteTypes(page: Page): Promise<void> {
  await page.evaluate(() => {
    const types = new Map<string, string>();
    const make = URL.createObjectURL.bind(URL);
    URL.createObjectURL = (file: Blob) => {
      const address = make(file);
      types.set(address, file.type);
      return address;
    };
    document.addEventListener(
      "load",
      ({ target }) => {
        if (target instanceof HTMLImageElement) target.dataset.type = types.get(target.src) ?? "";
      },
      true,
    );
  });
}

/** The newest event of a room, as the server has it. */
const newest = (roomId: string) =>
  asPerson(herold.url, "anna", async (ask) => {
    const path = `/v3/rooms/${encodeURIComponent(roomId)}/messages?dir=b&limit=1`;
    return (await ask("GET", path)).chunk[0];
  });

test("a sticker is found by keyboard and search, and seen by the other", async () => {
  [anna, bert, lobby] = await twoInRoom(
    { name: "anna", locale: "de-DE" },
    { name: "bert", locale: "en-GB", viewport: PHONE, colorScheme: "dark" },
  );
  const { page } = anna;
  cats = await packImages(herold.url, "anna", page, CATS);
  await putPack(herold.url, "anna", lobby, {
    key: "cats",
    pack: { display_name: "Katzen", attribution: "Gezeichnet von Mia" },
    images: cats,
  });
  await putPack(herold.url, "anna", lobby, {
    key: "signs",
    pack: { display_name: "Zeichen", usage: ["emoticon"] },
    images: await packImages(herold.url, "anna", page, SIGNS),
  });

  await field(page).focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await place(page)
    .getByRole("searchbox", { name: said("emoji-list.search") })
    .waitFor();
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("ArrowRight");
  await pack(page, "Katzen").waitFor();
  expect(await tab(page, "stickers").evaluate((one) => one === document.activeElement)).toBe(true);
  await place(page).getByText("Gezeichnet von Mia").waitFor();
  // What is for words alone is no sticker.
  expect(await pack(page, "Zeichen").count()).toBe(0);
  await place(page).getByText(said("stickers.not-encrypted")).waitFor();
  await axeClean(page);
  await page.keyboard.press("Tab");
  await page.keyboard.type("schlä");
  await place(page)
    .getByRole("region", { name: said("stickers.found") })
    .waitFor();
  expect(await place(page).getByRole("option").allTextContents()).toHaveLength(1);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await place(page).waitFor({ state: "detached" });
  expect(await field(page).evaluate((one) => one === document.activeElement)).toBe(true);

  const seen = bert.page.getByRole("log").getByRole("img", { name: "Katze schläft" });
  await seen.waitFor();
  await expect.poll(() => isDrawn(seen)).toBe(true);
  expect((await newest(lobby)).type).toBe("m.room.encrypted");

  // The tab is remembered, and what was sent stands first.
  await openPlace(page);
  await pack(page, "Zuletzt benutzt").getByRole("option", { name: "Katze schläft" }).waitFor();
  const first = pack(page, "Katzen").getByRole("option", { name: "Katze", exact: true });
  await expect.poll(() => first.locator("img").count()).toBe(1);
  await screenshot(page, "stickers-1280");
  await axeClean(page);
});

test("arrow keys walk from pack to pack, and back to the search", async () => {
  const { page } = anna;
  const focused = (name: string): Promise<void> =>
    expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label")))
      .toBe(name) as Promise<void>;
  await page.keyboard.press("ArrowDown");
  await focused("Katze schläft");
  await page.keyboard.press("ArrowDown");
  await focused("Katze");
  await page.keyboard.press("ArrowRight");
  await focused("Katze ist böse");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await focused("Katze schläft");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  await focused("Katze ist verliebt");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await focused("Katze schläft");
  await page.keyboard.press("ArrowUp");
  const search = place(page).getByRole("searchbox", { name: said("stickers.search") });
  expect(await search.evaluate((one) => one === document.activeElement)).toBe(true);
  await page.keyboard.press("Escape");
  await place(page).waitFor({ state: "detached" });
});

test("emoji of a pack stand beside the groups, and among the words", async () => {
  const { page } = anna;
  await openPlace(page);
  await tab(page, "emoji").click();
  await place(page).getByRole("button", { name: "Zeichen" }).click();
  const options = place(page).getByRole("option");
  await expect.poll(() => options.count()).toBe(2);
  await expect.poll(() => place(page).locator("img").count()).toBe(4);
  const warning = place(page).getByText(said("stickers.not-encrypted"));
  await warning.waitFor();
  await axeClean(page);
  await screenshot(page, "emoji-packs-1280");
  const search = place(page).getByRole("searchbox", { name: said("emoji-list.search") });
  await search.fill("anker");
  await warning.waitFor({ state: "detached" });
  await search.fill("katze");
  await warning.waitFor();
  await expect.poll(() => options.first().getAttribute("aria-label")).toBe("Katze");
  await expect.poll(() => options.count()).toBeGreaterThan(CATS.length);
  await search.fill("wappen");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await place(page).waitFor({ state: "detached" });
  expect(await field(page).inputValue()).toBe(":wappen:");
  await field(page).press("Enter");
  await expect.poll(() => field(page).inputValue()).toBe("");

  // Reactions are signs.
  await write(bert.page, "Wer kommt?");
  await press(page, "Wer kommt?", "message.react");
  await page.getByRole("searchbox", { name: said("emoji-list.search") }).waitFor();
  expect(await page.getByRole("tab").count()).toBe(0);
  expect(await page.getByRole("button", { name: "Zeichen" }).count()).toBe(0);
  await page.keyboard.press("Escape");
});

test("a message that is edited becomes no sticker, and one that is answered is answered by one", async () => {
  const { page } = anna;
  await write(page, "Ich komme.");
  await field(page).press("ArrowUp");
  await openPlace(page);
  await place(page)
    .getByRole("searchbox", { name: said("emoji-list.search") })
    .waitFor();
  expect(await tab(page, "stickers").getAttribute("aria-disabled")).toBe("true");
  await place(page)
    .getByRole("tab", { description: said("stickers.editing") })
    .waitFor();
  await place(page).getByTitle(said("stickers.editing")).waitFor();
  await page.keyboard.press("Escape");
  await place(page).waitFor({ state: "detached" });
  await field(page).press("Escape");

  // In a thread, on the phone.
  await press(bert.page, "Wer kommt?", "threads.answer");
  const thread = beside(bert.page, "panel.thread");
  await openPlace(bert.page, thread);
  await tab(bert.page, "stickers").click();
  const laughs = pack(bert.page, "Katzen").getByRole("option", { name: "Katze lacht Tränen" });
  await laughs.locator("img").waitFor();
  await axeClean(bert.page);
  await fitsInWidth(bert.page);
  await screenshot(bert.page, "stickers-320-dark");
  await laughs.click();
  const sticker = thread.getByRole("log").getByRole("img", { name: "Katze lacht Tränen" });
  await sticker.waitFor();
  await page.getByRole("button", { name: /1 Antwort/ }).waitFor();
  const { content } = await newest(lobby);
  expect(content["m.relates_to"]).toMatchObject({ rel_type: "m.thread", is_falling_back: true });
  await bert.page.keyboard.press("Escape");

  await press(page, "Ich komme.", "message.reply");
  await openPlace(page);
  await tab(page, "stickers").click();
  await pack(page, "Katzen").getByRole("option", { name: "Spuren im Schnee" }).click();
  await bert.page.getByRole("log").getByRole("img", { name: "Spuren im Schnee" }).waitFor();
  expect((await newest(lobby)).content["m.relates_to"]).toHaveProperty(["m.in_reply_to", "event_id"]);
});

test("a pack is offered everywhere where somebody wants it so, and that of a space in its rooms", async () => {
  const { page } = anna;
  const kantine = await roomOf(herold.url, ["anna", "bert"], { name: "Kantine" });
  await open(page, "Kantine");
  await openPlace(page);
  // Nobody made any for this room; who may make some is led there.
  await place(page).getByText(said("stickers.none")).waitFor();
  await axeClean(page);
  await screenshot(page, "stickers-none-1280");
  await place(page)
    .getByRole("button", { name: said("stickers.make") })
    .click();
  await beside(page, "panel.settings").waitFor();

  await open(page, "Lobby");
  await openPlace(page);
  expect(await everywhere(page, "Katzen").getAttribute("aria-pressed")).toBe("false");
  await everywhere(page, "Katzen").click();
  await expect.poll(() => everywhere(page, "Katzen").getAttribute("aria-pressed")).toBe("true");
  await page.keyboard.press("Escape");
  await open(page, "Kantine");
  await openPlace(page);
  await pack(page, "Katzen").getByRole("option", { name: "Katze weint" }).click();
  await page.getByRole("log").getByRole("img", { name: "Katze weint" }).waitFor();
  await expect.poll(async () => (await newest(kantine)).type).toBe("m.sticker");
  expect((await newest(kantine)).content).toEqual({
    body: "Katze weint",
    info: cats.cat_cries?.info,
    url: cats.cat_cries?.url,
    "m.mentions": {},
  });

  // Taken back, it stays in sight until one has chosen, and is gone the next time.
  await openPlace(page);
  await everywhere(page, "Katzen").click();
  await expect.poll(() => everywhere(page, "Katzen").getAttribute("aria-pressed")).toBe("false");
  await page.keyboard.press("Escape");
  await place(page).waitFor({ state: "detached" });
  await openPlace(page);
  await place(page).getByText(said("stickers.none")).waitFor();
  await page.keyboard.press("Escape");
  await place(page).waitFor({ state: "detached" });

  const room = encodeURIComponent(kantine);
  await asPerson(herold.url, "anna", async (ask) => {
    const { room_id: space } = await ask("POST", "/v3/createRoom", {
      name: "Haus",
      creation_content: { type: "m.space" },
      initial_state: [
        {
          type: "m.room.image_pack",
          state_key: "house",
          content: { pack: { display_name: "Hausbilder" }, images: { haus: cats.paw } },
        },
      ],
    });
    const parent = encodeURIComponent(space);
    const via = [(await userId(herold.url, "anna")).replace(/^[^:]*:/, "")];
    await ask("PUT", `/v3/rooms/${parent}/state/m.space.child/${room}`, { via });
    await ask("PUT", `/v3/rooms/${room}/state/m.space.parent/${parent}`, { via, canonical: true });
  });
  await openPlace(page);
  await pack(page, "Hausbilder").getByRole("option", { name: "Spuren im Schnee" }).waitFor();
  await page.keyboard.press("Escape");
});

test("emoji are there while stickers load, and where they do not come", async () => {
  const dora = await newPerson(browser, herold.url, {
    name: "dora",
    locale: "fr-FR",
    // A phone that lies.
    viewport: { width: 640, height: 320 },
    // What it keeps needs no network.
    serviceWorkers: "block",
  });
  const { page } = dora;
  dora.pardon(NO_SERVER);
  await register(page, "dora");
  await roomOf(herold.url, ["anna", "dora"], { name: "Bureau" });
  let fails = false;
  const waiting: Route[] = [];
  const part = /image-packs/;
  await page.route(part, (route) => (fails ? route.abort() : void waiting.push(route)));
  await open(page, "Bureau");
  await openPlace(page);
  await place(page).getByRole("option").first().waitFor();
  await tab(page, "stickers").click();
  await place(page)
    .getByRole("status", { name: said("common.loading") })
    .waitFor();
  await axeClean(page);
  await fitsInWidth(page);
  fails = true;
  for (const route of waiting) await route.abort();
  await place(page).getByRole("alert").waitFor();
  await axeClean(page);
  await tab(page, "emoji").click();
  await place(page).getByRole("option").first().waitFor();
  // All of it is in sight: what is searched, where one is, what there is.
  const box = await place(page)
    .getByRole("toolbar", { name: said("emoji-list.groups") })
    .boundingBox();
  expect(box?.height).toBeGreaterThanOrEqual(28);
  await screenshot(page, "emoji-640-320");
  await tab(page, "stickers").click();
  await page.unroute(part);
  await place(page)
    .getByRole("button", { name: said("common.retry") })
    .click();
  // Who may not make any is told who may.
  await place(page).getByText(said("stickers.who-makes")).waitFor();
  expect(
    await place(page)
      .getByRole("button", { name: said("stickers.make") })
      .count(),
  ).toBe(0);
  await fitsInWidth(page);
  await dora.leave();
});

test("on a phone they fit, no keyboard comes up, and only what is near is fetched", async () => {
  const clara = await newPerson(browser, herold.url, {
    name: "clara",
    locale: "de-DE",
    viewport: PHONE,
    isMobile: true,
    hasTouch: true,
  });
  const { page } = clara;
  await register(page, "clara");
  const many = await roomOf(herold.url, ["clara"], { name: "Sammlung", encrypted: true });
  const painted = Array.from({ length: 90 }, (_, at): Painted => [`s${at}`, `${at}`, `Nummer ${at}`]);
  await putPack(herold.url, "clara", many, {
    key: "cats",
    pack: { display_name: "Katzen mit einem sehr langen Namen", attribution: "Gezeichnet von Mia" },
    images: await packImages(herold.url, "clara", page, CATS),
  });
  const numbers = await packImages(herold.url, "clara", page, painted, 64);
  const images = { ...numbers, dance: await movingImage(herold.url, "clara") };
  await putPack(herold.url, "clara", many, { key: "numbers", pack: {}, images });
  const asked: string[] = [];
  clara.context.on("request", (request) => asked.push(request.url()));
  const wasAsked = (shortcode: string): boolean => {
    const id = numbers[shortcode]?.url.split("/").at(-1) ?? "";
    return asked.some((url) => url.includes(id));
  };
  await noteTypes(page);
  await open(page, "Sammlung");
  await openPlace(page);
  await tab(page, "stickers").click();
  const first = pack(page, "Katzen").getByRole("option", { name: "Katze", exact: true });
  await first.locator("img").waitFor();
  await axeClean(page);
  await fitsInWidth(page);
  await nothingCut(page);
  await screenshot(page, "stickers-320");
  const columns = await pack(page, "Katzen")
    .getByRole("option")
    .evaluateAll((all) => new Set(all.map((one) => (one as HTMLElement).offsetLeft)).size);
  expect(columns).toBe(4);

  // What moves does so where that is wanted.
  const dance = pack(page, "Sammlung").getByRole("option", { name: "Tanz" }).locator("img");
  await expect.poll(() => dance.getAttribute("data-type")).toBe("image/webp");
  await page.emulateMedia({ reducedMotion: "no-preference" });
  await expect.poll(() => dance.getAttribute("data-type")).toBe("image/gif");
  await page.emulateMedia({ reducedMotion: "reduce" });

  expect(wasAsked("s89")).toBe(false);
  const last = pack(page, "Sammlung").getByRole("option", { name: "Nummer 89" });
  await last.scrollIntoViewIfNeeded();
  await last.locator("img").waitFor();
  expect(wasAsked("s89")).toBe(true);

  await page.keyboard.press("Escape");
  await place(page).waitFor({ state: "detached" });
  await openPlace(page);
  await first.locator("img").waitFor();
  expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe("INPUT");
  await first.tap();
  await page.getByRole("log").getByRole("img", { name: "Katze", exact: true }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe("TEXTAREA");

  // Who signs out leaves nothing of where they wrote.
  const used = () => page.evaluate(() => localStorage.getItem("herold.emoji.recent-stickers"));
  expect(decodeURIComponent((await used()) ?? "")).toContain(many);
  await page.goBack();
  await page.getByRole("button", { name: said("shell.menu") }).click();
  await page.getByRole("menuitem", { name: said("shell.sign-out") }).click();
  await page.getByText(said("shell.sign-out-safe")).waitFor();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: said("shell.sign-out") })
    .click();
  await page.getByRole("button", { name: said("sign-in.to-register") }).waitFor();
  expect(await used()).toBeNull();
  await clara.leave();
});

test("of very many packs those are drawn that one comes near, by keyboard as well", async () => {
  const { page } = anna;
  const full = await roomOf(herold.url, ["anna"], { name: "Sammlung" });
  for (let number = 1; number <= 20; number += 1)
    await putPack(herold.url, "anna", full, {
      key: `p${number}`,
      pack: { display_name: `Paket ${number}`, usage: ["sticker"] },
      images: cats,
    });
  await open(page, "Sammlung");
  await openPlace(page);
  await tab(page, "stickers").click();
  await pack(page, "Paket 1").waitFor();
  expect(await pack(page, "Paket 20").count()).toBe(0);
  await place(page)
    .getByRole("searchbox", { name: said("stickers.search") })
    .focus();
  await expect
    .poll(
      async () => {
        await page.keyboard.press("ArrowDown");
        return pack(page, "Paket 20").locator(":focus").count();
      },
      { interval: 20, timeout: 30_000 },
    )
    .toBe(1);
  await page.keyboard.press("Escape");
});

test("where one may not send any, the place says so as soon as it is so", async () => {
  const { page } = anna;
  const quiet = await roomOf(herold.url, ["bert", "anna"], { name: "Aushang" });
  await putPack(herold.url, "bert", quiet, { key: "cats", pack: { display_name: "Katzen" }, images: cats });
  await open(page, "Aushang");
  await openPlace(page);
  await tab(page, "stickers").click();
  await pack(page, "Katzen").getByRole("option").first().waitFor();
  await asPerson(herold.url, "bert", async (ask) => {
    const levels = `/v3/rooms/${encodeURIComponent(quiet)}/state/m.room.power_levels`;
    const now = await ask("GET", levels);
    await ask("PUT", levels, { ...now, events: { ...now.events, "m.sticker": 50 } });
  });
  await place(page).getByText(said("stickers.not-allowed")).waitFor();
  expect(await place(page).getByRole("option").count()).toBe(0);
  await axeClean(page);
  await fitsInWidth(page);
  await screenshot(page, "stickers-not-allowed-1280");
  await tab(page, "emoji").click();
  await place(page).getByRole("option").first().waitFor();
  await page.keyboard.press("Escape");
});

test("nothing of it went wrong", async () => {
  await anna.leave();
  await bert.leave();
});
