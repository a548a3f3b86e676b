// Rooms that were replaced by others (m.room.tombstone).
import { KnownMembership, type MatrixClient, type Room } from "matrix-js-sdk";

/** The room that is said to replace it, whatever that one says. */
export function successorOf(room: Room): string | undefined {
  const to: unknown = room.currentState.getStateEvents("m.room.tombstone", "")?.getContent().replacement_room;
  return typeof to === "string" ? to : undefined;
}

/**
 * The room that replaced it for somebody who is in it. Both rooms say so: a room cannot take the place of another one
 * that does not know of it.
 */
export function replacementOf(client: MatrixClient, room: Room): Room | undefined {
  const successor = client.getRoom(successorOf(room));
  const joined = successor?.getMyMembership() === KnownMembership.Join;
  return joined && successor.findPredecessor()?.roomId === room.roomId ? successor : undefined;
}
