// Where a notification leads: into its conversation, and to an answer in a thread beside it.
import type { AppModel } from "../app.model.ts";
import type { Notice } from "./notice.ts";

export type Noticed = Pick<Notice, "userId" | "roomId"> & { readonly eventId?: string | undefined };

export async function openMessage(app: AppModel, { userId, roomId, eventId }: Noticed): Promise<void> {
  await app.open(userId, { kind: "room", roomId });
  if (!eventId) return;
  const room = app.sessions
    .peek()
    .find((session) => session.userId === userId)
    ?.room(roomId);
  const rootId = await room?.threadOf(eventId).catch(() => undefined);
  // They may have gone on meanwhile.
  const route = app.route.peek();
  if (rootId && route.kind === "room" && route.roomId === roomId)
    app.showPanel({ kind: "thread", rootId, eventId });
}
