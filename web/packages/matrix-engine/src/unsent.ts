// What could not be sent for want of a connection: kept through a reload, and sent again as soon as there is one.
// Each message keeps its transaction id, so that the server takes it once, however often it comes.
import {
  ClientEvent,
  EventStatus,
  type MatrixClient,
  type MatrixEvent,
  RoomEvent,
  SyncState,
} from "matrix-js-sdk";

import { failureOf } from "./failures.ts";

/** While the server answers, and only this did not arrive. */
const AGAIN_MS = 3_000;

/** Waits for a connection, and nobody has to do anything about it. */
export function isWaiting(event: MatrixEvent): boolean {
  if (event.status !== EventStatus.NOT_SENT) return false;
  const reason = event.error ? failureOf(event.error).reason : "unreachable";
  return reason === "unreachable" || reason === "too-often";
}

/** Tells whenever the server answers again, or may; the function that is given back ends it. */
export function onReconnected(client: MatrixClient, act: () => void): () => void {
  const followed = (state: SyncState, before: SyncState | null): void => {
    if (state === SyncState.Syncing && before !== SyncState.Syncing) act();
  };
  client.on(ClientEvent.Sync, followed);
  addEventListener("online", act);
  return () => {
    client.off(ClientEvent.Sync, followed);
    removeEventListener("online", act);
  };
}

export class Unsent {
  readonly #client: MatrixClient;
  readonly #ends: (() => void)[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending = false;

  constructor(client: MatrixClient) {
    this.#client = client;
    const failed = (event: MatrixEvent): void => {
      if (isWaiting(event)) this.#later();
    };
    client.on(RoomEvent.LocalEchoUpdated, failed);
    this.#ends.push(
      onReconnected(client, () => void this.#sendAll()),
      () => client.off(RoomEvent.LocalEchoUpdated, failed),
    );
  }

  stop(): void {
    clearTimeout(this.#timer);
    for (const end of this.#ends) end();
  }

  #later(): void {
    if (this.#client.getSyncState() !== SyncState.Syncing) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#sendAll(), AGAIN_MS);
  }

  async #sendAll(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    await Promise.all(this.#client.getRooms().map((room) => this.#sendIn(room.roomId)));
    this.#sending = false;
  }

  /** In the order in which they were written: where one does not arrive, those after it wait. */
  async #sendIn(roomId: string): Promise<void> {
    const room = this.#client.getRoom(roomId);
    for (const event of room?.getPendingEvents().filter(isWaiting) ?? []) {
      try {
        if (room && isWaiting(event)) await this.#client.resendEvent(event, room);
      } catch {
        return;
      }
    }
  }
}

/** A part of the browser's storage that is one account's: others in the same rooms must not find its messages. */
export function partOf(storage: Storage, account: string): Storage {
  const own = (key: string): string => `herold-unsent-${account} ${key}`;
  const part: Pick<Storage, "getItem" | "setItem" | "removeItem"> = {
    getItem: (key) => storage.getItem(own(key)),
    setItem: (key, value) => storage.setItem(own(key), value),
    removeItem: (key) => storage.removeItem(own(key)),
  };
  return part as Storage;
}

/** Forgets what an account had not sent. */
export function forgetUnsent(storage: Storage, account: string): void {
  const prefix = `herold-unsent-${account} `;
  for (const key of Object.keys(storage)) if (key.startsWith(prefix)) storage.removeItem(key);
}
