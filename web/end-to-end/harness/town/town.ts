// A town to walk through: people with long names, and for whoever comes a list of conversations as one has it after a
// few weeks. Nothing here is tested; it is what the looks are taken of.
import { type OtherApp, otherApp } from "../other-app.ts";
import { painted } from "../painting.ts";
import { fillConversation } from "./conversation.ts";
import { say, type Town } from "./people.ts";

export const LONG_NAME = "Oberfeldarzt Dr. Friederike Schulze-Wiedenbrück";
const LONG_ROOM = "Abstimmungsrunde Katastrophenschutzbeauftragte Donaudampfschifffahrt";
const LONG_TOPIC =
  "Was bis zum nächsten Donnerstag zu klären ist: https://example.org/a/very/long/address/that/does/not/break/anywhere";

/** The rooms of one person, by what they show. */
export interface Places {
  readonly me: string;
  readonly talk: string;
  readonly thread: string;
  readonly direct: string;
  readonly invitation: string;
  readonly knocks: string;
  readonly readOnly: string;
  readonly replaced: string;
  readonly left: string;
  readonly space: string;
}

/** Its people, and the rooms that everybody may find. */
export async function foundTown(url: string): Promise<Town> {
  const [jonas, amelie, friederike] = await Promise.all([
    citizen(url, "jonas", "Jonas Weber", [
      [120, 180, 220],
      [240, 220, 180],
    ]),
    citizen(url, "amelie", "Amélie Dubois-Laurent", [
      [230, 120, 90],
      [250, 220, 120],
    ]),
    citizen(url, "friederike", LONG_NAME),
  ]);
  // In no room yet: somebody to invite.
  await citizen(url, "marek", "Marek Nowák");
  const open = { preset: "public_chat", visibility: "public" };
  await made(jonas, { ...open, name: "Kantine", topic: "Was es heute gibt", room_alias_name: "kantine" });
  await made(jonas, { ...open, name: LONG_ROOM, topic: LONG_TOPIC, room_alias_name: "abstimmung" });
  await made(amelie, { ...open, name: "Laufgruppe", creation_content: { type: "m.space" } });
  return { url, jonas, amelie, friederike };
}

/** Somebody with a name, and with a picture if there is one. */
async function citizen(
  url: string,
  name: string,
  shown: string,
  colours?: Parameters<typeof portrait>[0],
): Promise<OtherApp> {
  const person = await otherApp(url, name, { register: true });
  await person.ask("PUT", `/v3/profile/${person.userId}/displayname`, { displayname: shown });
  if (colours) {
    const picture = await person.upload(portrait(colours), "image/png");
    await person.ask("PUT", `/v3/profile/${person.userId}/avatar_url`, { avatar_url: picture });
  }
  return person;
}

const portrait = ([above, below]: [Parameters<typeof painted>[2], Parameters<typeof painted>[3]]): Buffer =>
  painted(96, 96, above, below);

/** Fills the list of somebody who has just come. */
export async function settle(town: Town, name: string): Promise<Places> {
  const { jonas, amelie, friederike } = town;
  const me = await otherApp(town.url, name);
  const mine = { preset: "private_chat", invite: [jonas.userId, amelie.userId, friederike.userId] };
  const theirs = { preset: "private_chat", invite: [me.userId] };

  const talk = await made(me, {
    ...mine,
    name: "Lagezentrum",
    topic: LONG_TOPIC,
    power_level_content_override: { users: { [jonas.userId]: 50 } },
  });
  for (const one of [jonas, amelie, friederike]) await join(one, talk);
  const thread = await fillConversation(town, me, talk);
  await me.ask("PUT", `/v3/user/${me.userId}/rooms/${talk}/tags/m.favourite`, { order: 0.2 });

  const loud = await made(jonas, { ...theirs, name: LONG_ROOM });
  await join(me, loud);
  await say(jonas, loud, {
    msgtype: "m.text",
    body: `${name}: Können Sie bis morgen früh noch die aktualisierte Übersicht schicken?`,
    "m.mentions": { user_ids: [me.userId] },
  });
  const quiet = await made(amelie, { ...theirs, name: "Kaffeeküche" });
  await join(me, quiet);
  await say(amelie, quiet, { msgtype: "m.text", body: "Es gibt Kuchen." });
  await me.ask("PUT", `/v3/pushrules/global/room/${quiet}`, { actions: [] });

  const direct = await directWith(me, jonas);
  await say(jonas, direct, { msgtype: "m.text", body: "Bis später!" });
  const other = await directWith(me, friederike);
  await say(me, other, { msgtype: "m.text", body: "Vielen Dank für die schnelle Rückmeldung." });

  const invitation = await made(amelie, { ...theirs, name: "Betriebsausflug", topic: "Am 14. Juni" });
  await made(friederike, { ...theirs, is_direct: true });

  const knocks = await made(me, { name: "Beirat", initial_state: [joinRule("knock")] });
  await jonas.ask("POST", `/v3/knock/${knocks}`, { reason: "Ich soll das Protokoll führen." });
  const readOnly = await made(jonas, {
    ...theirs,
    name: "Bekanntmachungen",
    power_level_content_override: { events_default: 50 },
  });
  await join(me, readOnly);
  await say(jonas, readOnly, { msgtype: "m.text", body: "Am Montag ist das Haus geschlossen." });
  const replaced = await made(me, { ...mine, name: "Planung" });
  await me.ask("POST", `/v3/rooms/${replaced}/upgrade`, { new_version: "12" });
  const left = await made(jonas, { ...theirs, name: "Arbeitskreis" });
  await join(me, left);
  await say(jonas, left, { msgtype: "m.text", body: "Schluss für heute" });

  const space = await spaceOf(me, [talk, knocks, readOnly]);
  return { me: me.userId, talk, thread, direct, invitation, knocks, readOnly, replaced, left, space };
}

async function spaceOf(me: OtherApp, rooms: readonly string[]): Promise<string> {
  const space = { creation_content: { type: "m.space" } };
  const home = await made(me, {
    ...space,
    name: "Landesamt für Bevölkerungsschutz",
    topic: "Alle Dienststellen",
  });
  await made(me, { ...space, name: "Chor" });
  const via = { via: [me.userId.split(":")[1]] };
  for (const room of rooms) {
    await me.ask("PUT", `/v3/rooms/${home}/state/m.space.child/${room}`, via);
    if (room !== rooms.at(-1)) await me.ask("PUT", `/v3/rooms/${room}/state/m.space.parent/${home}`, via);
  }
  return home;
}

async function directWith(me: OtherApp, other: OtherApp): Promise<string> {
  const room = await made(me, { preset: "trusted_private_chat", is_direct: true, invite: [other.userId] });
  await join(other, room);
  const place = `/v3/user/${me.userId}/account_data/m.direct`;
  const before = await me.ask("GET", place).catch(() => ({}));
  await me.ask("PUT", place, { ...before, [other.userId]: [room] });
  return room;
}

const joinRule = (rule: string) => ({
  type: "m.room.join_rules",
  state_key: "",
  content: { join_rule: rule },
});

async function made(person: OtherApp, wanted: object): Promise<string> {
  return (await person.ask<{ room_id: string }>("POST", "/v3/createRoom", wanted)).room_id;
}

const join = (person: OtherApp, room: string): Promise<unknown> => person.ask("POST", `/v3/join/${room}`, {});
