// The search of an account: what fills its index, and where a search looks.
import {
  type Connection,
  type Live,
  type Search,
  type SearchCoverage,
  type SearchQuery,
  type SearchRun,
  signal,
} from "@herold/engine";
import { ClientEvent, type MatrixClient, RoomEvent } from "matrix-js-sdk";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api/index.js";

import { equal } from "../equal.ts";
import { Crawling } from "./crawling.ts";
import { Gathering } from "./gathering.ts";
import { GoodMoment } from "./good-moment.ts";
import { eraseIndex, openIndex, type RemoteIndex } from "./remote-index.ts";
import { Running } from "./running.ts";
import { fromHistory, fromIndex, fromServerSearch, type Source } from "./sources.ts";

/** How often it is told how far the collecting has come. */
const TOLD_MS = 500;
const NOTHING: Source = { next: async () => undefined };
const UNKNOWN = { messages: 0, roomsLeft: 0, letGoBeforeMs: undefined };

export class MatrixSearch implements Search {
  readonly #client: MatrixClient;
  readonly #moment: GoodMoment;
  /** Nothing where the browser keeps nothing. */
  readonly #opened: Promise<RemoteIndex | undefined>;
  readonly #gathering: Gathering;
  readonly #coverage = signal<SearchCoverage>({ state: "starting", ...UNKNOWN });
  #crawling: Crawling | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unfollow: (() => void) | undefined;
  #stopped = false;

  readonly coverage: Live<SearchCoverage> = this.#coverage;

  constructor(client: MatrixClient, connection: Live<Connection>) {
    this.#client = client;
    this.#moment = new GoodMoment(connection);
    this.#opened = openIndex(client.getSafeUserId()).catch(() => {
      this.#coverage.value = { state: "unavailable", ...UNKNOWN };
      return undefined;
    });
    this.#gathering = new Gathering(
      client,
      {
        heard: async (...heard) => (await this.#opened)?.index.heard(...heard),
        isNewest: async (...asked) => (await (await this.#opened)?.index.isNewest(...asked)) ?? false,
      },
      () => this.#changed(),
    );
    client.on(ClientEvent.Sync, this.#begin);
    client.on(RoomEvent.MyMembership, this.#keepJoined);
    client.on(CryptoEvent.KeyBackupDecryptionKeyCached, this.keysCame);
  }

  start(query: SearchQuery): SearchRun {
    return new Running(this.#sourcesOf(query));
  }

  /** Keys of older messages came: what could not be read is read again. */
  readonly keysCame = (): Promise<void> =>
    this.#do(async (index) => {
      await index.readAgain();
      this.#changed();
    });

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#client.off(ClientEvent.Sync, this.#begin);
    this.#client.off(RoomEvent.MyMembership, this.#keepJoined);
    this.#client.off(CryptoEvent.KeyBackupDecryptionKeyCached, this.keysCame);
    this.#gathering.stop();
    this.#crawling?.stop();
    this.#unfollow?.();
    this.#moment.stop();
    await (await this.#opened)?.close();
  }

  /** Nothing of it stays in this browser. */
  async erase(): Promise<void> {
    await this.stop();
    await eraseIndex(this.#client.getSafeUserId());
  }

  #sourcesOf(query: SearchQuery): Source[] {
    const worded = query.words.trim() !== "";
    const encrypted = query.roomId
      ? this.#client.getRoom(query.roomId)?.hasEncryptionStateEvent() === true
      : undefined;
    const sources: Source[] = [];
    if (encrypted !== false) sources.push(this.#ofDevice(query));
    if (encrypted !== true && worded) sources.push(fromServerSearch(this.#client, query));
    if (encrypted === false && query.roomId && !worded)
      sources.push(fromHistory(this.#client, query, query.roomId));
    return sources;
  }

  /** Without an index, what of a kind one room has is looked for in its history. */
  #ofDevice(query: SearchQuery): Source {
    const { roomId, words } = query;
    const byKind = roomId !== undefined && words.trim() === "";
    const source = this.#opened.then((remote) => {
      if (remote) return fromIndex(this.#client, remote.index, query);
      return byKind ? fromHistory(this.#client, query, roomId) : NOTHING;
    });
    return { next: async () => (await source).next() };
  }

  /** Once the rooms are known, what was left meanwhile goes, and older messages are collected. */
  readonly #begin = (): void => {
    if (!this.#client.isInitialSyncComplete()) return;
    this.#client.off(ClientEvent.Sync, this.#begin);
    void this.#do(async (index) => {
      await this.#keepJoined();
      if (this.#stopped) return;
      this.#crawling = new Crawling(this.#client, index, this.#moment, {
        unlocked: (roomId, events) => this.#gathering.unlocked(roomId, events),
        changed: () => this.#changed(),
      });
      this.#unfollow = this.#crawling.waiting.subscribe(() => this.#changed());
    });
  };

  readonly #keepJoined = (): Promise<void> =>
    this.#do(async (index) => {
      if (!this.#client.isInitialSyncComplete()) return;
      const joined = this.#client.getRooms().filter((room) => room.getMyMembership() === "join");
      await index.keepOnly(joined.map((room) => room.roomId));
    });

  /** Does something with the index, where there is one. What the storage refuses now is done with the next start. */
  async #do(act: (index: RemoteIndex["index"]) => Promise<void>): Promise<void> {
    const remote = await this.#opened;
    if (remote && !this.#stopped) await act(remote.index).catch(() => undefined);
  }

  #changed(): void {
    this.#crawling?.wake();
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#do((index) => this.#tell(index));
    }, TOLD_MS);
  }

  async #tell(index: RemoteIndex["index"]): Promise<void> {
    const { messages, letGoMs, rooms } = await index.state();
    const roomsLeft = rooms.filter((room) => room.holes.length > 0).length;
    const busy = this.#crawling?.waiting.peek() === true ? "waiting" : "collecting";
    const coverage: SearchCoverage = {
      state: roomsLeft > 0 ? busy : "complete",
      messages,
      roomsLeft,
      letGoBeforeMs: letGoMs,
    };
    if (!this.#stopped && !equal(coverage, this.#coverage.peek())) this.#coverage.value = coverage;
  }
}
