// What the store has of thousands of rooms is put together in parts: the SDK takes all of it in one go, during which the
// page stands still for seconds. What the account says comes first; nothing is done in a room before that is known.
import type { ISyncResponse } from "matrix-js-sdk";
import { SyncApi } from "matrix-js-sdk/lib/sync.js";

/** A part should not hold up a frame or two. */
const PART_ROOMS = 16;

type Rooms = ISyncResponse["rooms"];
type Process = (about: { fromCache?: boolean }, data: ISyncResponse) => Promise<void>;

const api = SyncApi.prototype as unknown as { processSyncResponse: Process };
const processAll = api.processSyncResponse;

api.processSyncResponse = async function inParts(about, data) {
  if (!about.fromCache) return processAll.call(this, about, data);
  for (const part of partsOf(data)) {
    await processAll.call(this, about, part);
    await breath();
  }
};

export function partsOf({ rooms, ...account }: ISyncResponse): ISyncResponse[] {
  const parts: ISyncResponse[] = [{ ...account, rooms: {} as Rooms }];
  for (const [kind, all] of Object.entries(rooms ?? {})) {
    const entries = Object.entries(all ?? {});
    for (let place = 0; place < entries.length; place += PART_ROOMS) {
      const some = Object.fromEntries(entries.slice(place, place + PART_ROOMS));
      parts.push({
        next_batch: account.next_batch,
        rooms: { [kind]: some } as unknown as Rooms,
      } as ISyncResponse);
    }
  }
  return parts;
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
