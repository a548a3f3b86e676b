// What the server told, kept in this browser so that the next start needs only what is new. A worker writes it: an
// account with thousands of rooms would stop the page for as long.
import { type IEvent, IndexedDBStore, type IRooms, type ISyncResponse } from "matrix-js-sdk";

import { SyncJournal } from "./sync-journal.ts";

/** How long what was heard may be in the journal only. */
const SAVE_EVERY_MS = 60_000;
/** An answer about more rooms is saved at once: the journal is for what comes with every message. */
const JOURNAL_ROOMS_MAX = 20;

export interface Beside {
  /** Hears what the server says of rooms, now and before: some of that the SDK throws away. */
  told(rooms: IRooms | undefined): void;
  /** Writes down what has to be of the same moment. */
  save(): Promise<void>;
  /** Called when a save begins; what it gives back, when it is done. */
  saving(): () => void;
}

export class SyncStore extends IndexedDBStore {
  #savedAtMs = 0;
  #running: Promise<void> = Promise.resolve();
  #waiting: Promise<void> | undefined;
  readonly #beside: Beside;
  readonly #journal: SyncJournal;
  #token: string | undefined;

  constructor(userId: string, beside: Beside) {
    super({
      indexedDB: globalThis.indexedDB,
      dbName: `herold-sync-${userId}`,
      localStorage: partOf(localStorage, userId),
      workerFactory: () => new Worker(new URL("./sync-store.worker.ts", import.meta.url), { type: "module" }),
    });
    this.#beside = beside;
    this.#journal = new SyncJournal(userId);
    const { setSyncData, deleteAllData } = this;
    this.setSyncData = async (answer) => {
      beside.told(answer.rooms);
      await setSyncData(answer);
      this.#note(answer);
    };
    this.deleteAllData = async () => {
      await this.#journal.erase();
      await deleteAllData();
    };
  }

  /** Rooms of what was saved, when their turn came (`sync-in-parts.ts`). */
  read(rooms: IRooms): void {
    this.#beside.told(rooms);
  }

  override async startup(): Promise<void> {
    await Promise.all([super.startup(), this.#journal.open()]);
    this.#token = (await this.getSavedSyncToken()) ?? undefined;
    for (const told of await this.#journal.since(this.#token, Date.now())) {
      try {
        await this.backend.setSyncData(told as ISyncResponse);
      } catch {
        // The server tells it again.
        return;
      }
      this.#token = told.next_batch;
    }
  }

  override async destroy(): Promise<void> {
    this.#journal.close();
    await super.destroy();
  }

  #note(answer: ISyncResponse): void {
    if (Object.keys(answer.rooms?.join ?? {}).length > JOURNAL_ROOMS_MAX) this.#savedAtMs = 0;
    else if (!this.wantsSave())
      this.#journal.add({ after: this.#token, heardAtMs: Date.now(), told: answer });
    this.#token = answer.next_batch;
  }

  override wantsSave(): boolean {
    return Date.now() - this.#savedAtMs > SAVE_EVERY_MS;
  }

  /** One after the other: the SDK takes a save that is asked for during another for done with that one. */
  override async save(force = false): Promise<void> {
    if (!force && !this.wantsSave()) return;
    this.#savedAtMs = Date.now();
    this.#waiting ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#waiting = undefined;
        this.#running = this.#save();
        return this.#running;
      });
    await this.#waiting;
  }

  async #save(): Promise<void> {
    const saved = [this.#beside.saving(), this.#journal.saving()];
    await Promise.all([super.save(true), this.#beside.save()]);
    for (const done of saved) done();
  }

  /** What waits to be sent is kept elsewhere (`kept-unsent.ts`): the SDK keeps of it only what is encrypted by then. */
  override async getPendingEvents(): Promise<Partial<IEvent>[]> {
    return [];
  }

  override async setPendingEvents(): Promise<void> {}
}

const part = (account: string): string => `herold-sync-${account} `;

/** A part of the browser's storage that is one account's. */
export function partOf(storage: Storage, account: string): Storage {
  const own = (key: string): string => `${part(account)}${key}`;
  const owned: Pick<Storage, "getItem" | "setItem" | "removeItem"> = {
    getItem: (key) => storage.getItem(own(key)),
    setItem: (key, value) => storage.setItem(own(key), value),
    removeItem: (key) => storage.removeItem(own(key)),
  };
  return owned as Storage;
}

export function forgetPart(storage: Storage, account: string): void {
  for (const key of Object.keys(storage)) if (key.startsWith(part(account))) storage.removeItem(key);
}
