// What the store has of thousands of rooms is put together in parts: the SDK takes all of it in one go, during which the
// page stands still for seconds. What the account says comes first; nothing is done in a room before that is known. A room
// that somebody waits for comes next.
import type { ISyncResponse, MatrixClient } from "matrix-js-sdk";
import { SyncApi } from "matrix-js-sdk/lib/sync.js";

import { unpacked } from "./packed-rooms.ts";
import type { SyncStore } from "./sync-store.ts";

/** A part should not hold up a frame or two. */
const PART_ROOMS = 16;

type Rooms = ISyncResponse["rooms"];
type Process = (about: { fromCache?: boolean }, data: ISyncResponse) => Promise<void>;

const api = SyncApi.prototype as unknown as { processSyncResponse: Process };
const processAll = api.processSyncResponse;

/** The room that somebody waits for. */
const waitedFor = new WeakMap<MatrixClient, string>();

export function putFirst(client: MatrixClient, roomId: string): void {
  waitedFor.set(client, roomId);
}

export const isPutFirst = (client: MatrixClient, roomId: string): boolean => waitedFor.get(client) === roomId;

api.processSyncResponse = async function inParts(this: { client: MatrixClient }, about, data) {
  if (!about.fromCache) return processAll.call(this, about, data);
  for (const part of partsOf(data, () => waitedFor.get(this.client))) {
    (this.client.store as SyncStore).read(part.rooms);
    await processAll.call(this, about, part);
    await breath();
  }
  waitedFor.delete(this.client);
};

/** `first` is asked before each part for a room to go on with. */
export function* partsOf(
  { rooms, ...account }: ISyncResponse,
  first: () => string | undefined = () => undefined,
): Generator<ISyncResponse> {
  yield { ...account, rooms: {} as Rooms };
  const left = new Map<string, { kind: string; data: unknown }>();
  for (const [kind, all] of Object.entries(rooms ?? {}))
    for (const [roomId, data] of Object.entries(all ?? {})) left.set(roomId, { kind, data });
  while (left.size > 0) {
    const wanted = first();
    const next = wanted !== undefined && left.has(wanted) ? [wanted] : some(left.keys(), PART_ROOMS);
    const part: Record<string, Record<string, unknown>> = {};
    for (const roomId of next) {
      const { kind, data } = left.get(roomId) as { kind: string; data: unknown };
      part[kind] = { ...part[kind], [roomId]: unpacked(data) };
      left.delete(roomId);
    }
    yield { next_batch: account.next_batch, rooms: part as unknown as Rooms } as ISyncResponse;
  }
}

function some<T>(all: Iterable<T>, count: number): T[] {
  const taken: T[] = [];
  for (const one of all) {
    if (taken.length === count) break;
    taken.push(one);
  }
  return taken;
}

/** The browser does whatever waits: draws, scrolls, listens. */
function breath(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
