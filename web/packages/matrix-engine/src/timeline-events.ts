// What the SDK says that a conversation has to look at again.
import {
  ClientEvent,
  type EventTimelineSet,
  type MatrixClient,
  type MatrixEvent,
  MatrixEventEvent,
  type Room,
  RoomEvent,
  RoomStateEvent,
  ThreadEvent,
} from "matrix-js-sdk";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api/index.js";

export interface Followed {
  /** One event is to be looked at again. */
  touched(eventId: string | undefined): void;
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
    followed.touched(event.event.redacts ?? event.getContent().redacts);
    // A reaction that is taken back was shown on something else, which is not said any more.
    followed.everything();
  };
  const echo = (event: MatrixEvent): void => {
    related(event);
    followed.added();
  };
  const reset = (_room: Room | undefined, of: EventTimelineSet): void => {
    if (of === timelineSet) followed.reset();
  };
  const receipt = (): void => followed.touched(undefined);
  const thread = (of: { id: string }): void => followed.touched(of.id);
  const member = (event: MatrixEvent): void => {
    if (inRoom(event) && (event.getType() === "m.room.member" || event.getType() === "m.room.power_levels"))
      followed.everything();
  };
  const everything = (): void => followed.everything();

  client.on(MatrixEventEvent.Decrypted, decrypted);
  client.on(MatrixEventEvent.Replaced, decrypted);
  client.on(ClientEvent.Room, everything);
  client.on(RoomStateEvent.Events, member);
  client.on(CryptoEvent.UserTrustStatusChanged, everything);
  client.on(CryptoEvent.DevicesUpdated, everything);
  room.on(RoomEvent.Timeline, timeline);
  room.on(RoomEvent.Redaction, redaction);
  room.on(RoomEvent.LocalEchoUpdated, echo);
  room.on(RoomEvent.TimelineReset, reset);
  room.on(RoomEvent.Receipt, receipt);
  room.on(ThreadEvent.Update, thread);
  room.on(ThreadEvent.NewReply, thread);
  return () => {
    client.off(MatrixEventEvent.Decrypted, decrypted);
    client.off(MatrixEventEvent.Replaced, decrypted);
    client.off(ClientEvent.Room, everything);
    client.off(RoomStateEvent.Events, member);
    client.off(CryptoEvent.UserTrustStatusChanged, everything);
    client.off(CryptoEvent.DevicesUpdated, everything);
    room.off(RoomEvent.Timeline, timeline);
    room.off(RoomEvent.Redaction, redaction);
    room.off(RoomEvent.LocalEchoUpdated, echo);
    room.off(RoomEvent.TimelineReset, reset);
    room.off(RoomEvent.Receipt, receipt);
    room.off(ThreadEvent.Update, thread);
    room.off(ThreadEvent.NewReply, thread);
  };
}
