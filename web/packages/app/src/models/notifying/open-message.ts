// Where a notification leads: to its message in the conversation, or to an answer in the thread beside it.
import type { Room } from "@herold/engine";

import type { AppModel } from "../app.model.ts";
import { placeOf } from "../route.ts";
import { until } from "../until.ts";
import type { Notice } from "./notice.ts";

export type Noticed = Pick<Notice, "userId" | "roomId"> & { readonly eventId?: string | undefined };

/** Messages that are seen at the end of a conversation, on the smallest phone too. */
const IN_SIGHT = 5;

export async function openMessage(app: AppModel, { userId, roomId, eventId }: Noticed): Promise<void> {
  await app.open(userId, { kind: "room", roomId });
  if (!eventId) return;
  const room = await roomOf(app, userId, roomId);
  const rootId = await room?.threadOf(eventId).catch(() => undefined);
  // They may have gone on meanwhile.
  const route = app.route.peek();
  if (!room || route.kind !== "room" || route.roomId !== roomId) return;
  if (rootId) app.showPanel({ kind: "thread", rootId, eventId });
  else if (!isInSight(room, eventId)) app.go({ kind: "room", roomId, eventId });
}

/** A conversation opens at its end: there is no way to go to what stands there. */
function isInSight({ timeline }: Room, eventId: string): boolean {
  const newest = timeline.items.peek().slice(-IN_SIGHT);
  return timeline.newer.peek() === "end" && newest.some((item) => item.eventId === eventId);
}

/** Once the server answered: before, the message is not among those that are here. */
async function roomOf(app: AppModel, userId: string, roomId: string): Promise<Room | undefined> {
  const of = (session: { readonly userId: string }): boolean => session.userId === userId;
  const session = (await until(app.sessions, (sessions) => sessions.some(of))).find(of);
  if (!session) return undefined;
  await until(session.connection, (connection) => connection !== "starting");
  return session.room(roomId);
}

/** The message that an address of the app leads to, in one of its accounts. */
export function noticedIn(hash: string): Noticed | undefined {
  const { userId, route } = placeOf(hash);
  if (!userId || route.kind !== "room" || !route.eventId) return undefined;
  return { userId, roomId: route.roomId, eventId: route.eventId };
}
