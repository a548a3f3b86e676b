// Other servers and apps write what they like: whatever stands in an event, the app is whole, and what cannot be drawn
// stays where it is.
import { expect, test } from "vitest";

import { register } from "../harness/account.ts";
import { beside } from "../harness/beside.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { type OtherApp, otherApp } from "../harness/other-app.ts";
import { newPerson, PHONE } from "../harness/person.ts";
import { roomOf, sayIn } from "../harness/rooms.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";
import { message, open, write } from "../harness/talking.ts";

stage();

const NO_ADDRESSES = ["nonsense", "https://example.org/a.png", 5, { url: "x" }];

/** Contents of messages, of which nothing is of the kind that it should be. */
const STRANGE: readonly object[] = [
  {},
  { msgtype: 5, body: "x" },
  { msgtype: "m.text", body: 5, format: "org.matrix.custom.html", formatted_body: {} },
  { msgtype: "m.text", body: "x", "m.relates_to": 5, "m.mentions": 5 },
  { msgtype: "m.text", body: "x", "m.relates_to": { rel_type: 5, event_id: 6, "m.in_reply_to": 7 } },
  { msgtype: "m.text", body: "x", "m.relates_to": { rel_type: "m.thread", event_id: "$nope" } },
  { msgtype: "m.image", body: {}, url: "nonsense", info: 5, file: 5 },
  { msgtype: "m.image", body: "x", file: { url: "nonsense" }, info: { thumbnail_url: "nonsense" } },
  { msgtype: "m.audio", body: "x", url: 5, "org.matrix.msc1767.audio": 5, "m.voice": 5 },
  { msgtype: "m.location", body: 5, geo_uri: 5 },
  { msgtype: "m.key.verification.request", body: 5, to: 5, methods: 5, from_device: 7 },
];

const invite = (app: OtherApp, guest: string, name: string, picture: unknown) =>
  app.ask("POST", "/v3/createRoom", {
    preset: "private_chat",
    name,
    invite: [guest],
    initial_state: [{ type: "m.room.avatar", state_key: "", content: { url: picture } }],
  });

test("an invitation with no picture where its picture should be is declined as any other", async () => {
  const anna = await newPerson(browser, herold.url, { name: "anna", locale: "de-DE" });
  await register(anna.page, "anna");
  const stranger = await otherApp(herold.url, "stranger", { register: true });
  const me = stranger.userId.replace("stranger", "anna");
  for (const [index, picture] of NO_ADDRESSES.entries())
    await invite(stranger, me, `Nice room ${index}`, picture);
  const rows = anna.page.getByRole("row", { name: "Nice room" });
  await rows.nth(NO_ADDRESSES.length - 1).waitFor();
  await anna.page.reload();
  await rows.nth(NO_ADDRESSES.length - 1).waitFor();
  await rows.first().click();
  await anna.page.getByRole("button", { name: said("conversation.decline") }).click();
  await expect.poll(() => rows.count()).toBe(NO_ADDRESSES.length - 1);
  await anna.leave();
});

test("in a conversation full of what nobody understands people go on to talk", async () => {
  const carla = await newPerson(browser, herold.url, { name: "carla", viewport: PHONE, colorScheme: "dark" });
  await register(carla.page, "carla");
  const dora = await otherApp(herold.url, "dora", { register: true });
  const room = await roomOf(herold.url, ["dora", "carla"], { name: "Lage" });
  const inRoom = `/v3/rooms/${encodeURIComponent(room)}`;
  await dora.ask("PUT", `${inRoom}/state/m.room.member/${dora.userId}`, {
    membership: "join",
    displayname: 5,
    avatar_url: "nonsense",
  });
  await dora.ask("PUT", `${inRoom}/state/m.room.pinned_events/`, { pinned: [5, null, "$nope"] });
  await dora.ask("PUT", `${inRoom}/state/m.room.topic/`, { topic: [], "m.topic": 5 });
  await sayIn(herold.url, "dora", room, STRANGE);
  await sayIn(herold.url, "dora", room, [{ body: 5, url: "nonsense", info: 5 }], "m.sticker");
  await sayIn(herold.url, "dora", room, [{ "m.poll": { question: 5, answers: [5, null] } }], "m.poll.start");
  await sayIn(
    herold.url,
    "dora",
    room,
    [{ call_id: 5, version: {}, offer: 5, lifetime: -1 }],
    "m.call.invite",
  );
  await sayIn(herold.url, "dora", room, [{ msgtype: "m.text", body: "Still here?" }]);
  await carla.page.getByRole("row", { name: "Lage" }).getByText("Still here?").waitFor();
  await open(carla.page, "Lage");
  await message(carla.page, "Still here?").waitFor();
  await carla.page.reload();
  await message(carla.page, "Still here?").waitFor();
  await write(carla.page, "All is well");
  await axeClean(carla.page);
  await fitsInWidth(carla.page);
  await carla.leave();
});

test("what cannot be drawn is one row, one message, one panel, and says so", async () => {
  const emil = await newPerson(browser, herold.url, { name: "emil", locale: "de-DE", viewport: PHONE });
  const { page } = emil;
  await register(page, "emil");
  const frida = await otherApp(herold.url, "frida", { register: true });
  const room = await roomOf(herold.url, ["frida", "emil"], { name: "Küche" });
  await roomOf(herold.url, ["frida", "emil"], { name: "Keller" });
  const name = (displayname: string) =>
    frida.ask("PUT", `/v3/profile/${frida.userId}/displayname`, { displayname });
  await name("Brittle");
  await sayIn(herold.url, "frida", room, [{ msgtype: "m.text", body: "Guten Morgen" }]);
  // No event is known to do that any more: the page is made to fail at a name and at words.
  emil.pardon(/brittle/i);
  await emil.context.addInitScript(() => {
    const whole = Intl.Segmenter.prototype.segment;
    Intl.Segmenter.prototype.segment = function (words) {
      if (/^(Brittle|Keller)/.test(words)) throw new Error("brittle");
      return whole.call(this, words);
    };
  });
  await page.reload();
  const row = page.getByRole("row", { name: "Keller" });
  await row.getByText(said("common.mishap-line")).waitFor();
  await axeClean(page);
  await screenshot(page, "mishap-row-320");
  await open(page, "Küche");
  const log = page.getByRole("log");
  await log.getByText(said("common.mishap-line")).waitFor();
  await write(page, "Guten Tag");
  await page.getByRole("heading", { level: 1 }).getByRole("button").click();
  await beside(page, "panel.details").getByText(said("panel.members")).click();
  const panel = beside(page, "panel.members");
  await panel.getByText(said("common.mishap-part")).waitFor();
  await axeClean(page);
  await fitsInWidth(page);
  await screenshot(page, "mishap-panel-320");
  await panel.getByRole("button", { name: said("common.close") }).click();
  await write(page, "Guten Abend");
  await emil.leave();
});

test("what fails in a dialog, a card of a room or a page of the settings stays there", async () => {
  const gerd = await newPerson(browser, herold.url, {
    name: "gerd",
    locale: "de-DE",
    viewport: PHONE,
    // It would have kept what is not to be had here.
    serviceWorkers: "block",
  });
  const { page, context } = gerd;
  await register(page, "gerd");
  const hilde = await otherApp(herold.url, "hilde", { register: true });
  await hilde.ask("PUT", `/v3/profile/${hilde.userId}/displayname`, { displayname: "Brittle" });
  for (const name of ["Brittle", "Garten"])
    await hilde.ask("POST", "/v3/createRoom", { name, preset: "public_chat", visibility: "public" });
  gerd.pardon(/brittle|Failed to load resource|dynamically imported module/i);
  await context.addInitScript(() => {
    const whole = Intl.Segmenter.prototype.segment;
    Intl.Segmenter.prototype.segment = function (words) {
      if (words.startsWith("Brittle")) throw new Error("brittle");
      return whole.call(this, words);
    };
  });
  await context.route(/\/new-room\.view-/, (route) => route.abort());
  await page.reload();
  const begin = async (what: "starting.conversation" | "starting.room" | "starting.explore") => {
    await page
      .getByRole("button", { name: said("starting.menu") })
      .first()
      .click();
    await page.getByRole("menuitem", { name: said(what) }).click();
  };
  const sorry = page.getByText(said("common.mishap-part"));

  // It cannot be fetched.
  await begin("starting.room");
  await sorry.waitFor();
  await axeClean(page);
  await fitsInWidth(page);
  await screenshot(page, "mishap-over-320");
  await page.getByRole("button", { name: said("common.close") }).click();
  await sorry.waitFor({ state: "detached" });

  // What it shows cannot be drawn.
  await begin("starting.conversation");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("searchbox").fill("hilde");
  await dialog.getByText(said("common.mishap-part")).waitFor();
  await axeClean(page);
  await screenshot(page, "mishap-dialog-320");
  await dialog.getByRole("button", { name: said("common.close") }).click();
  await dialog.waitFor({ state: "detached" });

  await begin("starting.explore");
  await page.getByRole("article", { name: "Brittle" }).getByText(said("common.mishap-line")).waitFor();
  await page.getByRole("article", { name: "Garten" }).getByRole("heading", { name: "Garten" }).waitFor();
  await axeClean(page);

  const other = await otherApp(herold.url, "gerd");
  await other.ask("PUT", `/v3/user/${other.userId}/account_data/m.ignored_user_list`, {
    ignored_users: { [hilde.userId]: {} },
  });
  await page.goto(`${herold.url}/#/settings/privacy`);
  await sorry.waitFor();
  await axeClean(page);
  await page.getByRole("button", { name: said("settings.to-list") }).click();
  await page.getByRole("link", { name: said("settings.language") }).click();
  await page.getByRole("heading", { level: 1, name: said("settings.language") }).waitFor();
  await sorry.waitFor({ state: "detached" });
  await gerd.leave();
});
