// What can be asked of single messages, and done with them.
import { Failure, type MessageVersion } from "@herold/engine";
import { Direction, type IContent, type MatrixClient, type MatrixEvent, type Room } from "matrix-js-sdk";

import { wordsOf } from "./content.ts";
import { failing } from "./failures.ts";
import type { Unsent } from "./unsent.ts";

const VERSIONS_MAX = 100;

/** An event that is here, or is fetched; decrypted where it can be. */
export async function eventOf(client: MatrixClient, room: Room, eventId: string): Promise<MatrixEvent> {
  const here = room.findEventById(eventId);
  if (here) return here;
  const fetched = await failing(() => client.fetchRoomEvent(room.roomId, eventId), {
    M_FORBIDDEN: "not-found",
  });
  const event = client.getEventMapper()(fetched);
  await client.decryptEventIfNeeded(event);
  return event;
}

export async function versionsOf(
  client: MatrixClient,
  room: Room,
  eventId: string,
): Promise<readonly MessageVersion[]> {
  const original = await eventOf(client, room, eventId);
  const { events } = await failing(() =>
    client.relations(room.roomId, eventId, "m.replace", null, {
      dir: Direction.Backward,
      limit: VERSIONS_MAX,
    }),
  );
  // Only the author's own edits count.
  const edits = events.filter((event) => event.getSender() === original.getSender() && !event.isRedacted());
  for (const edit of edits) await client.decryptEventIfNeeded(edit);
  const versions = edits.map((edit) => versionOf(edit, edit.getContent()["m.new_content"] ?? {}));
  const first = versionOf(original, original.getOriginalContent());
  return [first, ...versions.sort((left, right) => left.atMs - right.atMs)];
}

function versionOf(event: MatrixEvent, content: IContent): MessageVersion {
  return { atMs: event.getTs(), words: wordsOf(content) };
}

/** Sends messages as they are now; what they answered or whom they named is not said again. */
export async function forward(
  client: MatrixClient,
  unsent: Unsent,
  room: Room,
  { eventIds, toRooms }: { readonly eventIds: readonly string[]; readonly toRooms: readonly string[] },
): Promise<void> {
  const events: MatrixEvent[] = [];
  for (const eventId of eventIds) events.push(await eventOf(client, room, eventId));
  for (const event of events) {
    if (event.isRedacted() || event.isDecryptionFailure()) throw new Failure("not-found");
  }
  for (const roomId of toRooms) {
    for (const event of events) {
      const { "m.relates_to": _, "m.new_content": __, "m.mentions": ___, ...content } = event.getContent();
      const said = { ...content, "m.mentions": {} };
      await failing(() => unsent.send(roomId, { type: event.getType(), content: said }));
    }
  }
}

export async function messageAt(client: MatrixClient, roomId: string, atMs: number): Promise<string> {
  const nearest = async (dir: Direction): Promise<string> =>
    (await failing(() => client.timestampToEvent(roomId, atMs, dir))).event_id;
  try {
    return await nearest(Direction.Forward);
  } catch (error) {
    if (error instanceof Failure && error.reason === "not-found") return nearest(Direction.Backward);
    throw error;
  }
}

export async function threadRootOf(
  client: MatrixClient,
  room: Room,
  eventId: string,
): Promise<string | undefined> {
  const event = await eventOf(client, room, eventId);
  const root = event.threadRootId ?? rootIn(event.getWireContent());
  return root === eventId ? undefined : root;
}

function rootIn(content: IContent): string | undefined {
  const relation = content["m.relates_to"];
  return relation?.rel_type === "m.thread" && typeof relation.event_id === "string"
    ? relation.event_id
    : undefined;
}
