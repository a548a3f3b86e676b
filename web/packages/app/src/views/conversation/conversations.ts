// The models of conversations: they keep what was typed while another one is looked at.
import type { Room, Session } from "@herold/engine";

import type { AppModel } from "../../models/app.model.ts";
import { ConversationModel } from "../../models/conversation.model.ts";
import { draftsOf, forgetDraftsOf } from "../../screen/drafts.ts";

const known = new WeakMap<Room, Map<string, ConversationModel>>();
const followed = new WeakSet<Session>();

/** The one of a room, or of a thread in it. */
export function conversationOf(
  app: AppModel,
  session: Session,
  room: Room,
  thread?: string,
): ConversationModel {
  const ofRoom = known.get(room) ?? new Map<string, ConversationModel>();
  known.set(room, ofRoom);
  const made = ofRoom.get(thread ?? "");
  if (made) return made;
  const conversation = new ConversationModel({
    room,
    session,
    ...(thread ? { thread } : {}),
    drafts: draftsOf(session.userId),
    go: (route) => app.go(route),
    // With its encoder it is a chunk of its own.
    record: async () => (await import("../../voice/recorder.ts")).record(),
    openThread: (rootId, eventId) => app.showPanel({ kind: "thread", rootId, eventId }),
    dayOf: (atMs) => new Date(atMs).setHours(0, 0, 0, 0),
  });
  ofRoom.set(thread ?? "", conversation);
  forgetDraftsAtTheEnd(session);
  return conversation;
}

/** Whoever signs out leaves nothing that they wrote. */
function forgetDraftsAtTheEnd(session: Session): void {
  if (followed.has(session)) return;
  followed.add(session);
  session.connection.subscribe((now) => {
    if (now === "signed-out") forgetDraftsOf(session.userId);
  });
}
