// How much is waiting for the person: the number on the app, in its title, and beside their other accounts.
import { computed, type Live, type RoomSummary, type Session } from "@herold/engine";

/** Messages that want to be told about, and invitations. */
export function attentionOf(sessions: readonly Pick<Session, "rooms">[]): Live<number> {
  return computed(() => {
    const rooms = sessions.flatMap((session) => session.rooms.all.value);
    return rooms.reduce((count, room) => count + waitingIn(room), 0);
  });
}

function waitingIn({ membership, muted, unread }: RoomSummary): number {
  if (membership === "invited") return 1;
  return muted ? 0 : Math.max(unread.notifications, unread.mentions);
}

/** Whether a room stands among those that are unread. */
export function wantsAttention({ unread, membership }: RoomSummary): boolean {
  return membership === "invited" || unread.notifications > 0 || unread.mentions > 0;
}
