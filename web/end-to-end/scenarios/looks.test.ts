// Every main screen of the app, in three languages, light and dark, on the smallest phone and at a desk. Two of the
// twelve looks are always taken, all of them with HEROLD_TEST_LOOKS=all, and some with HEROLD_TEST_LOOKS=fr-dark-320.
import type { Locator, Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";

import { SETTINGS } from "../../packages/app/src/models/route.ts";
import { createAccount, noteRecoveryKey } from "../harness/account.ts";
import { beside } from "../harness/beside.ts";
import { DESKTOP, NO_SERVER, newPerson, PHONE, type Profile } from "../harness/person.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";
import { draw, hold, message, press } from "../harness/talking.ts";
import type { Town } from "../harness/town/people.ts";
import { foundTown, LONG_NAME, type Places, settle } from "../harness/town/town.ts";
import { type Walk, walk } from "../harness/walk.ts";

const LOOKS = ["de-DE", "en-GB", "fr-FR"].flatMap((locale) =>
  (["light", "dark"] as const).flatMap((colorScheme) =>
    [PHONE, DESKTOP].map((viewport) => ({
      name: `${locale.slice(0, 2)}-${colorScheme}-${viewport.width}`,
      profile: { locale, colorScheme, viewport, permissions: ["microphone", "camera"] },
    })),
  ),
);
const ALWAYS = "de-dark-320,en-light-1280";
const wanted = process.env.HEROLD_TEST_LOOKS ?? ALWAYS;
const taken = LOOKS.filter(({ name }) => wanted === "all" || wanted.split(",").includes(name));

stage({ HEROLD_WEB_IMPRINT: "https://example.org/imprint" });

let town: Town;

beforeAll(async () => {
  town = await foundTown(herold.url);
});

test.each(taken)(
  "every screen can be used and looks well: $name",
  { timeout: 300_000 },
  async ({ name, profile }) => {
    const account = name.replaceAll("-", "");
    const touches = profile.viewport === PHONE;
    const phone: Profile = touches ? { hasTouch: true, isMobile: true } : {};
    const person = await newPerson(browser, herold.url, { name, ...profile, ...phone });
    const { page } = person;
    const tour = walk(page, name);

    await comeIn(tour, account);
    const places = await settle(town, account);
    await theList(tour);
    await theConversation(tour, places, touches);
    await writing(tour, places, touches);
    await besides(tour, places);
    await otherRooms(tour, places);
    await findingAndBeginning(tour);
    await settings(tour);
    person.pardon(NO_SERVER);
    await mishaps(tour, places, person.context);
    tour.end();
    await person.leave();
  },
);

async function comeIn({ page, look }: Walk, account: string): Promise<void> {
  await page.getByRole("textbox", { name: said("sign-in.name") }).fill("nobody");
  await look("sign-in");
  await page.getByLabel(said("sign-in.password")).fill("not it");
  await page.getByRole("button", { name: said("sign-in.sign-in") }).click();
  await page.getByText(said("failure.wrong-credentials")).waitFor();
  await look("sign-in-refused");
  await page.getByRole("button", { name: said("sign-in.to-register") }).click();
  await look("register");
  await page.getByRole("button", { name: said("sign-in.to-sign-in") }).click();
  await createAccount(page, account);
  await page.getByTestId("recovery-key").waitFor();
  await look("recovery-key");
  await noteRecoveryKey(page);
  await page.getByText(said("rooms.none")).waitFor();
  await look("list-empty");
}

async function theList({ page, look, goTo }: Walk): Promise<void> {
  await page.getByRole("row", { name: "Kaffeeküche" }).waitFor();
  // Whoever hears the list hears what is unread in it.
  await page.getByRole("row", { name: /^Jonas Weber, 1 / }).waitFor();
  await look("list");
  for (const filter of ["unread", "people"] as const) {
    await page.getByRole("radio", { name: said(`rooms.${filter}`) }).click();
    await look(`list-${filter}`);
  }
  await page.getByRole("radio", { name: said("rooms.all") }).click();
  await page.getByRole("button", { name: said("shell.menu") }).click();
  await page.getByRole("menu").waitFor();
  await look("account-menu");
  await page.keyboard.press("Escape");
  await goTo("#/");
}

async function menuOf(page: Page, touches: boolean): Promise<void> {
  if (touches) await hold(page, "Drei Punkte");
  else await press(page, "Drei Punkte", "common.more");
  await page.getByRole("menu").waitFor();
}

async function theConversation(
  { page, look, goTo }: Walk,
  { talk }: Places,
  touches: boolean,
): Promise<void> {
  await goTo(`#/room/${encodeURIComponent(talk)}`);
  await message(page, "Rufbereitschaft").waitFor();
  await look("conversation-end");
  const log = page.getByRole("log");
  for (const [at, words] of ["Der Deich hält", "Rechtsschutz", "Drei Punkte"].entries()) {
    for (let turn = 0; turn < 30 && !(await message(page, words).isVisible()); turn += 1) {
      await log.hover();
      await page.mouse.wheel(0, -350);
      await page.evaluate(() => new Promise(requestAnimationFrame));
    }
    await message(page, words).scrollIntoViewIfNeeded();
    await look(`conversation-${3 - at}`);
  }
  await menuOf(page, touches);
  await look("message-menu");
  await page.getByRole("menuitem", { name: said("message.forward") }).click();
  await page.getByRole("dialog").waitFor();
  await look("forward");
  await page.keyboard.press("Escape");
  await menuOf(page, touches);
  await page.getByRole("menuitem", { name: said("message.select") }).click();
  await look("selection");
  await page.getByRole("button", { name: said("common.cancel") }).click();
  if (!touches) {
    await press(page, "Drei Punkte", "message.react");
    await page.getByRole("dialog").getByRole("searchbox").waitFor();
    await look("message-react");
    await page.keyboard.press("Escape");
  }
  await page.getByRole("button", { name: said("conversation.to-newest") }).click();
  await message(page, "Rufbereitschaft").waitFor();
}

async function writing(
  { page, look, goTo }: Walk,
  { talk, direct }: Places,
  touches: boolean,
): Promise<void> {
  await goTo(`#/room/${encodeURIComponent(talk)}`);
  const field = page.getByRole("textbox", { name: said("composer.placeholder") });
  const add = async (entry: Parameters<typeof said>[0]): Promise<void> => {
    await page.getByRole("button", { name: said("composer.more") }).click();
    await page.getByRole("menuitem", { name: said(entry) }).click();
  };
  await page.getByRole("button", { name: said("composer.more") }).click();
  await page.getByRole("menu").waitFor();
  await look("composer-more");
  await page.getByRole("menuitem", { name: said("composer.formatting") }).click();
  await field.fill(
    "Viele Worte, die in einer Zeile keinen Platz haben, stehen untereinander, solange Platz ist.",
  );
  await look("composer-formatting");
  await add("composer.formatting");
  for (const [name, typed] of [
    ["people", "@"],
    ["commands", "/"],
    ["emoji", ":herz"],
  ] as const) {
    await field.fill("");
    await field.pressSequentially(typed);
    await page
      .getByRole("listbox", { name: said("composer.suggestions-label") })
      .waitFor()
      .catch(() => {});
    await look(`composer-${name}`);
  }
  await field.fill("/nothing");
  await field.press("Enter");
  await page.getByText(said("composer.unknown-command")).waitFor();
  await look("composer-problem");
  await field.fill("");
  await page.getByRole("button", { name: said("composer.emoji") }).click();
  await page.getByRole("dialog").getByRole("searchbox").waitFor();
  await look("composer-emoji-list");
  await page.keyboard.press("Escape");
  await add("polls.new");
  await page.getByRole("dialog").waitFor();
  await look("poll-new");
  await page.keyboard.press("Escape");
  const chooser = page.waitForEvent("filechooser");
  await add("composer.attach");
  await (await chooser).setFiles([import.meta.filename]);
  await page.getByRole("dialog").waitFor();
  await look("files");
  await page.keyboard.press("Escape");
  if (touches) await draw(page, "Rufbereitschaft");
  else await press(page, "Rufbereitschaft", "message.reply");
  await page.getByText(said("composer.replying")).waitFor();
  await look("composer-reply");
  await page.getByRole("button", { name: said("common.cancel") }).click();
  await page.getByRole("button", { name: said("composer.voice") }).click();
  await page.getByRole("button", { name: said("composer.voice-stop") }).waitFor();
  await look("composer-voice");
  await page.getByRole("button", { name: said("composer.voice-discard") }).click();

  await goTo(`#/room/${encodeURIComponent(direct)}`);
  await page.getByRole("button", { name: said("calls.start") }).click();
  await page.getByText(said("calls.ringing")).waitFor();
  await look("call-ringing");
  await page.getByRole("button", { name: said("calls.hang-up") }).click();
}

async function besides({ page, look, goTo }: Walk, { talk, thread, direct }: Places): Promise<void> {
  const room = `#/room/${encodeURIComponent(talk)}`;
  for (const kind of ["details", "members", "settings", "threads", "pinned", "search", "files"] as const) {
    await goTo(`${room}/${kind}`);
    const panel = beside(page, `panel.${kind}`);
    await panel.waitFor();
    await look(`panel-${kind}`);
    if (kind === "settings") await rest(look, panel, "panel-settings");
  }
  await goTo(`${room}/thread/${encodeURIComponent(thread)}`);
  await beside(page, "panel.thread").getByText("Wunderbar, eingetragen.").last().waitFor();
  await look("panel-thread");
  await goTo(`${room}/person/${encodeURIComponent("@friederike:localhost")}`);
  await beside(page, "panel.person").getByText(LONG_NAME).first().waitFor();
  await look("panel-person");
  await goTo(`${room}/members`);
  await page.getByRole("button", { name: said("members.invite") }).click();
  await page.getByRole("dialog").getByRole("searchbox").fill("mar");
  await page.getByRole("option").first().waitFor();
  await look("invite");
  await page.keyboard.press("Escape");
  await goTo(`#/room/${encodeURIComponent(direct)}/details`);
  await beside(page, "panel.details").waitFor();
  await look("panel-details-direct");
}

/** What lies below the first screen of a long panel. */
async function rest(look: Walk["look"], panel: Locator, screen: string): Promise<void> {
  for (let part = 2; part <= 4; part += 1) {
    const moved = await panel.evaluate((whole) => {
      const box = [...whole.children].find((child) => getComputedStyle(child).overflowY === "auto");
      const before = box?.scrollTop ?? 0;
      box?.scrollBy(0, box.clientHeight * 0.9);
      return (box?.scrollTop ?? 0) > before;
    });
    // At least the second screen is there.
    expect(moved || part > 2).toBe(true);
    if (moved) await look(`${screen}-${part}`);
  }
}

async function otherRooms({ page, look, goTo }: Walk, places: Places): Promise<void> {
  const shown = {
    invitation: "conversation.accept",
    knocks: "conversation.let-in",
    readOnly: "composer.not-allowed",
    replaced: "conversation.to-successor",
    space: "spaces.invite",
  } as const;
  for (const [place, sign] of Object.entries(shown)) {
    const room = encodeURIComponent(places[place as keyof typeof shown]);
    await goTo(`#/${place === "space" ? "space" : "room"}/${room}`);
    await page
      .getByText(said(sign))
      .or(page.getByRole("button", { name: said(sign) }))
      .first()
      .waitFor();
    await look(`room-${place}`);
  }
  await goTo(`#/room/${encodeURIComponent(places.left)}`);
  await message(page, "Schluss für heute").waitFor();
  await town.jonas.ask("POST", `/v3/rooms/${places.left}/kick`, {
    user_id: places.me,
    reason: "Der Kreis ist zu Ende.",
  });
  await page.getByRole("button", { name: said("conversation.forget") }).waitFor();
  await look("room-left");
}

async function findingAndBeginning({ page, look, goTo }: Walk): Promise<void> {
  await goTo("#/explore");
  await page.getByRole("article", { name: "Kantine" }).waitFor();
  await look("explore");
  await goTo(`#/room/${encodeURIComponent("#abstimmung:localhost")}`);
  await page.getByRole("button", { name: said("explore.join") }).waitFor();
  await look("preview");
  await goTo("#/");
  await page.getByRole("row", { name: "Kaffeeküche" }).waitFor();
  await look("list-later");
  const search = page.getByRole("searchbox", { name: said("search.field") });
  await search.fill("Deich");
  await page
    .getByRole("grid", { name: said("search.results") })
    .getByRole("row")
    .first()
    .waitFor();
  await look("search");
  await search.fill("");
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("dialog").waitFor();
  await look("palette");
  await page.keyboard.type("Lage");
  await look("palette-found");
  await page.keyboard.press("Escape");
  for (const kind of ["conversation", "room", "space"] as const) {
    await page.getByRole("button", { name: said("starting.menu") }).click();
    if (kind === "conversation") await look("start-menu");
    await page.getByRole("menuitem", { name: said(`starting.${kind}`) }).click();
    const dialog = page.getByRole("dialog", { name: said(`starting.${kind}`) });
    await dialog.waitFor();
    if (kind === "conversation") {
      await dialog.getByRole("searchbox").fill("o");
      await page.getByRole("option").first().waitFor();
    }
    await look(`new-${kind}`);
    await dialog.getByRole("button", { name: said("common.cancel") }).click();
  }
}

async function settings({ page, look, goTo }: Walk): Promise<void> {
  await goTo("#/settings");
  await look("settings");
  for (const kind of SETTINGS) {
    await goTo(`#/settings/${kind}`);
    await page.getByRole("heading", { level: 1 }).first().waitFor();
    await look(`settings-${kind}`);
  }
  await goTo("#/settings/account");
  await page.getByRole("button", { name: said("account.change-password") }).click();
  await look("change-password");
  await page.keyboard.press("Escape");
  await page
    .getByRole("button", { name: said("account.sign-out") })
    .or(page.getByRole("button", { name: said("shell.sign-out") }))
    .first()
    .click();
  await page.getByRole("dialog").waitFor();
  await look("sign-out");
  await page.keyboard.press("Escape");
}

async function mishaps(
  { page, look, goTo }: Walk,
  { talk }: Places,
  context: { setOffline(offline: boolean): Promise<void> },
): Promise<void> {
  await goTo(`#/room/${encodeURIComponent("#nowhere:localhost")}`);
  await page.getByText(said("explore.unknown")).waitFor();
  await look("not-found");
  await goTo(`#/room/${encodeURIComponent(talk)}`);
  await message(page, "Rufbereitschaft").waitFor();
  await context.setOffline(true);
  await page.getByText(said("shell.offline")).filter({ visible: true }).waitFor();
  await page.getByRole("textbox", { name: said("composer.placeholder") }).fill("Das kommt später an.");
  await page.keyboard.press("Enter");
  await message(page, "Das kommt später an.").waitFor();
  await look("offline");
  await goTo("#/");
  await look("offline-list");
}
