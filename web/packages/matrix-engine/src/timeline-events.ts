// What the SDK says that a conversation has to look at again.
import {
  type EventTimelineSet,
  type IContent,
  type MatrixClient,
  type MatrixEvent,
  MatrixEventEvent,
  type Room,
  RoomEvent,
  RoomStateEvent,
  ThreadEvent,
} from "matrix-js-sdk";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api/index.js";

import { inviteOf, isCallEvent } from "./call-log.ts";

export interface Followed {
  /** One event is to be looked at again, and what answers it. */
  touched(eventId: string | undefined): void;
  /** An event is gone, or back: whatever shows it is to be looked at again. */
  redacted(eventId: string): void;
  /** Names or identities changed: all of them. */
  everything(): void;
  /** There may be newer events. */
  added(): void;
  /** The SDK threw its timeline away: a gap came. */
  reset(): void;
}

/** Follows until the function that is given back is called. */
export function follow(
  client: MatrixClient,
  room: Room,
  { timelineSet }: { timelineSet: EventTimelineSet },
  followed: Followed,
): () => void {
  const inRoom = (event: MatrixEvent): boolean => event.getRoomId() === room.roomId;
  const related = (event: MatrixEvent): void => {
    if (isCallEvent(event)) followed.touched(inviteOf(event, timelineSet)?.getId());
    followed.touched(event.getId());
    followed.touched(event.relationEventId);
  };
  const decrypted = (event: MatrixEvent): void => {
    if (inRoom(event)) related(event);
  };
  const timeline = (event: MatrixEvent, of: Room | undefined): void => {
    if (of?.roomId !== room.roomId) return;
    related(event);
    if (event.threadRootId) followed.touched(event.threadRootId);
    followed.added();
  };
  const redaction = (event: MatrixEvent): void => {
    const gone: unknown = event.event.redacts ?? event.getContent().redacts;
    if (typeof gone === "string") followed.redacted(gone);
  };
  const echo = (event: MatrixEvent): void => {
    related(event);
    followed.added();
  };
  const reset = (_room: Room | undefined, of: EventTimelineSet): void => {
    if (of === timelineSet) followed.reset();
  };
  const receipt = (event: MatrixEvent): void => {
    followed.touched(undefined);
    for (const rootId of threadsIn(event.getContent(), room.myUserId)) followed.touched(rootId);
  };
  const counted = (_count: unknown, threadId?: string): void => followed.touched(threadId);
  const thread = (of: { id: string }): void => followed.touched(of.id);
  const member = (event: MatrixEvent): void => {
    if (inRoom(event) && (event.getType() === "m.room.member" || event.getType() === "m.room.power_levels"))
      followed.everything();
  };
  const everything = (): void => followed.everything();

  client.on(MatrixEventEvent.Decrypted, decrypted);
  client.on(MatrixEventEvent.Replaced, decrypted);
  client.on(RoomStateEvent.Events, member);
  client.on(CryptoEvent.UserTrustStatusChanged, everything);
  client.on(CryptoEvent.DevicesUpdated, everything);
  room.on(RoomEvent.Timeline, timeline);
  room.on(RoomEvent.Redaction, redaction);
  room.on(RoomEvent.RedactionCancelled, redaction);
  room.on(RoomEvent.LocalEchoUpdated, echo);
  room.on(RoomEvent.TimelineReset, reset);
  room.on(RoomEvent.Receipt, receipt);
  room.on(RoomEvent.UnreadNotifications, counted);
  room.on(ThreadEvent.Update, thread);
  room.on(ThreadEvent.NewReply, thread);
  return () => {
    client.off(MatrixEventEvent.Decrypted, decrypted);
    client.off(MatrixEventEvent.Replaced, decrypted);
    client.off(RoomStateEvent.Events, member);
    client.off(CryptoEvent.UserTrustStatusChanged, everything);
    client.off(CryptoEvent.DevicesUpdated, everything);
    room.off(RoomEvent.Timeline, timeline);
    room.off(RoomEvent.Redaction, redaction);
    room.off(RoomEvent.RedactionCancelled, redaction);
    room.off(RoomEvent.LocalEchoUpdated, echo);
    room.off(RoomEvent.TimelineReset, reset);
    room.off(RoomEvent.Receipt, receipt);
    room.off(RoomEvent.UnreadNotifications, counted);
    room.off(ThreadEvent.Update, thread);
    room.off(ThreadEvent.NewReply, thread);
  };
}

/** The threads that somebody read something in. */
function threadsIn(content: IContent, userId: string): Set<string> {
  const receipts = Object.values(content).flatMap((kinds) => Object.values(kinds ?? {}));
  const own = receipts.map((people) => (people as IContent | null)?.[userId]?.thread_id);
  return new Set(own.filter((threadId): threadId is string => typeof threadId === "string"));
}
