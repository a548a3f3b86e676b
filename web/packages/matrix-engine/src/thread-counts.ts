// How much is new in threads, as the server counts it. The SDK keeps the server's count only where it can read the
// room: in the others it counts what it has, and of a thread it has little.
import type { IRooms } from "matrix-js-sdk";

export class ThreadCounts {
  readonly #rooms = new Map<string, ReadonlyMap<string, number>>();

  /** Of one room, what is not named is nothing. */
  readonly hear = (rooms: IRooms | undefined): void => {
    for (const [roomId, { unread_thread_notifications: told = {} }] of Object.entries(rooms?.join ?? {})) {
      const counts = new Map<string, number>();
      for (const [rootId, { notification_count: count = 0 }] of Object.entries(told))
        if (count > 0) counts.set(rootId, count);
      if (counts.size > 0) this.#rooms.set(roomId, counts);
      else this.#rooms.delete(roomId);
    }
  };

  of(roomId: string, rootId: string): number {
    return this.#rooms.get(roomId)?.get(rootId) ?? 0;
  }

  /** In all threads of a room. */
  in(roomId: string): number {
    return [...(this.#rooms.get(roomId)?.values() ?? [])].reduce((sum, count) => sum + count, 0);
  }
}
