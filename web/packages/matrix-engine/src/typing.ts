// Who is writing in a room right now.
import { type Live, type Profile, signal } from "@herold/engine";
import {
  KnownMembership,
  RoomEvent,
  type RoomMember,
  RoomMemberEvent,
  RoomStateEvent,
  type Room as SdkRoom,
} from "matrix-js-sdk";

import { equal } from "./equal.ts";
import { profileIn } from "./summaries.ts";

/**
 * Each member is listened to: after a gap in what the server told the SDK makes all members anew, and its client hears
 * no more of those who were there before.
 */
export function typingIn(room: SdkRoom): Live<readonly Profile[]> {
  const typing = signal<readonly Profile[]>([]);
  const look = (): void => {
    const now = room
      .getMembersWithMembership(KnownMembership.Join)
      .filter((member) => member.typing && member.userId !== room.myUserId)
      .map((member) => profileIn(room, member.userId));
    if (!equal(now, typing.peek())) typing.value = now;
  };
  const listenTo = (member: RoomMember): void => {
    member.off(RoomMemberEvent.Typing, look);
    member.on(RoomMemberEvent.Typing, look);
  };
  const listenToAll = (): void => {
    for (const member of room.currentState.getMembers()) listenTo(member);
    look();
  };
  room.on(RoomStateEvent.NewMember, (_event, _state, member) => listenTo(member));
  room.on(RoomEvent.CurrentStateUpdated, listenToAll);
  listenToAll();
  return typing;
}
