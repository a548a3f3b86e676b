// What the server told, kept in this browser so that the next start needs only what is new. A worker writes it: an
// account with thousands of rooms would stop the page for as long.
import { type IEvent, IndexedDBStore, type IRooms } from "matrix-js-sdk";

import { partOf } from "./unsent.ts";

/** How long what was heard may be kept in memory only. */
const SAVE_EVERY_MS = 60_000;

export class SyncStore extends IndexedDBStore {
  #savedAtMs = 0;
  readonly #saveBeside: () => Promise<void>;

  /**
   * `told` hears what the server says of rooms, now and before: some of that the SDK throws away. `saveBeside` writes down
   * what has to be of the same moment.
   */
  constructor(userId: string, told: (rooms: IRooms | undefined) => void, saveBeside: () => Promise<void>) {
    super({
      indexedDB: globalThis.indexedDB,
      dbName: `herold-sync-${userId}`,
      localStorage: partOf(localStorage, userId),
      workerFactory: () => new Worker(new URL("./sync-store.worker.ts", import.meta.url), { type: "module" }),
    });
    this.#saveBeside = saveBeside;
    const { setSyncData, getSavedSync } = this;
    this.setSyncData = (answer) => {
      told(answer.rooms);
      return setSyncData(answer);
    };
    this.getSavedSync = async () => {
      const saved = await getSavedSync();
      told(saved?.roomsData);
      return saved;
    };
  }

  override wantsSave(): boolean {
    return Date.now() - this.#savedAtMs > SAVE_EVERY_MS;
  }

  override async save(force = false): Promise<void> {
    if (!force && !this.wantsSave()) return;
    this.#savedAtMs = Date.now();
    await Promise.all([super.save(true), this.#saveBeside()]);
  }

  /** Messages that are not sent yet. Their ids of the page before this one are none that the encryption would take. */
  override async getPendingEvents(roomId: string): Promise<Partial<IEvent>[]> {
    const events: (Partial<IEvent> & { txn_id?: string })[] = await super.getPendingEvents(roomId);
    return events.map((event) => ({ ...event, event_id: `$unsent-${event.txn_id}` }));
  }
}
