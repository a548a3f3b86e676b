// What a person says, on its way: written down before it is shown, and until what the server told of it is written down
// too. What could not be sent for want of a connection is sent again as soon as there is one. Each message keeps its
// transaction id, so that the server takes it once, however often it comes.
import type { FailureReason } from "@herold/engine";
import {
  ClientEvent,
  EventStatus,
  type EventTimelineSet,
  type IContent,
  type IRedactOpts,
  type MatrixClient,
  type MatrixEvent,
  type Room,
  RoomEvent,
  SyncState,
} from "matrix-js-sdk";

import { failureOf } from "./failures.ts";
import { KeptUnsent, type UnsentEvent, type UnsentFile } from "./kept-unsent.ts";

/** While the server answers, and only this did not arrive. */
const AGAIN_MS = 3_000;
/** A browser that takes longer to write down what was said must not keep it from being sent. */
const KEEP_WITHIN_MS = 250;
/** The answer that was asked for before the server took a message may be without it; the one after that is not. */
const ANSWERS = 2;

/** What is said in a room. */
export interface Saying {
  readonly type: string;
  readonly content: IContent;
  readonly thread?: string | undefined;
  readonly redacts?: string;
  readonly txnId?: string;
}

/** Files of a room that are on their way up: each waits in its place among the messages. */
export interface Carrier {
  /** By transaction id. */
  waiting(): readonly string[];
  /** Settles when it is sent, or waits again, or never will be. */
  send(txnId: string): Promise<unknown>;
}

/** A file with what is said of it. */
export interface UnsentUpload {
  readonly txnId: string;
  readonly atMs: number;
  readonly file: UnsentFile;
}

/** Nobody has to do anything about it. */
export function comesAgain(reason: FailureReason): boolean {
  return reason === "unreachable" || reason === "too-often";
}

/** Waits for a connection, and goes out by itself. */
export function isWaiting(event: MatrixEvent): boolean {
  if (event.status !== EventStatus.NOT_SENT) return false;
  return comesAgain(event.error ? failureOf(event.error).reason : "unreachable");
}

/** Could not be locked for anybody by a device that its owner has not confirmed. */
function isHeldBack(event: MatrixEvent): boolean {
  if (event.status !== EventStatus.NOT_SENT || !event.error) return false;
  return failureOf(event.error).reason === "this-unconfirmed";
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
  #kept: KeptUnsent | undefined;
  /** All that is written down, by transaction id. */
  readonly #held = new Map<string, UnsentEvent>();
  /** Of the page before this one, by room; until the room is known. */
  readonly #left = new Map<string, UnsentEvent[]>();
  readonly #carriers = new Map<string, Carrier>();
  /** What the server took, and after how many of its answers it has told of it. */
  readonly #taken = new Map<string, { readonly event: MatrixEvent; readonly after: number }>();
  /** Rooms of which an answer left something out. */
  readonly #gaps = new Set<string>();
  /** In the answer that is being read. */
  readonly #told = new Set<string>();
  /** In an answer that the store has, and saves with the others. */
  readonly #heard = new Set<string>();
  #answers = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Rooms whose messages are being sent again. */
  readonly #sending = new Set<string>();

  constructor(client: MatrixClient) {
    this.#client = client;
    const changed = (event: MatrixEvent): void => this.#changed(event);
    const came = (room: Room): void => this.#restore(room);
    const reset = (room: Room | undefined, of: EventTimelineSet): void => {
      if (room?.getUnfilteredTimelineSet() === of) this.#gaps.add(room.roomId);
    };
    const answered = (state: SyncState): void => {
      if (state === SyncState.Syncing) this.#answered();
    };
    client.on(RoomEvent.LocalEchoUpdated, changed);
    client.on(ClientEvent.Room, came);
    client.on(RoomEvent.TimelineReset, reset);
    client.on(ClientEvent.Sync, answered);
    this.#ends.push(
      onReconnected(client, () => this.#sendAll()),
      () => client.off(RoomEvent.LocalEchoUpdated, changed),
      () => client.off(ClientEvent.Room, came),
      () => client.off(RoomEvent.TimelineReset, reset),
      () => client.off(ClientEvent.Sync, answered),
    );
  }

  /** Brings back what the page before this one left, each with its room. Where nothing can be kept, nothing is. */
  async open(userId: string): Promise<void> {
    this.#kept = await KeptUnsent.open(userId).catch(() => undefined);
    for (const event of (await this.#kept?.all().catch(() => [])) ?? []) {
      this.#held.set(event.txnId, event);
      this.#left.set(event.roomId, [...(this.#left.get(event.roomId) ?? []), event]);
    }
  }

  /** Settles when the server has it; `shown` is called when it is among what waits in the room. */
  async send(roomId: string, saying: Saying, shown?: () => void): Promise<void> {
    const { type, content, thread, redacts, txnId = this.#client.makeTxnId() } = saying;
    await this.#keep({ roomId, txnId, atMs: Date.now(), type, content, redacts, eventId: undefined });
    const sending = redacts
      ? this.#client.redactEvent(roomId, redacts, txnId, content as IRedactOpts)
      : this.#client.sendEvent(roomId, thread ?? null, type as never, content as never, txnId);
    shown?.();
    await sending;
  }

  /** Takes its place among what is said; answers whether it is there again on the next page. */
  async keepFile(roomId: string, { txnId, atMs, file }: UnsentUpload, bytes: Blob): Promise<boolean> {
    const event = {
      roomId,
      txnId,
      atMs,
      type: "m.room.message",
      content: {},
      redacts: undefined,
      eventId: undefined,
    };
    const whole = { ...event, file };
    this.#held.set(txnId, whole);
    return (await this.#kept?.putFile(whole, bytes).catch(() => false)) ?? false;
  }

  /** Nobody wants it to be sent any more. */
  giveUp(txnId: string): void {
    this.#forget([txnId]);
  }

  /** The bytes of a file that an earlier page left. */
  fileOf(txnId: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#kept?.file(txnId).catch(() => undefined) ?? Promise.resolve(undefined);
  }

  hasFiles(roomId: string): boolean {
    return this.#left.get(roomId)?.some((event) => event.file) ?? false;
  }

  /** From here on the room's files go up by this carrier, those too that an earlier page left. */
  carry(roomId: string, carrier: Carrier): readonly UnsentUpload[] {
    this.#carriers.set(roomId, carrier);
    const left = this.#left.get(roomId) ?? [];
    this.#left.delete(roomId);
    return left.flatMap(({ txnId, atMs, file }) => (file ? [{ txnId, atMs, file }] : []));
  }

  /** In the order in which they were said; what was said elsewhere comes last. */
  inOrder<T>(said: readonly T[], txnIdOf: (one: T) => string): T[] {
    if (said.length < 2) return [...said];
    const places = new Map([...this.#held.keys()].map((txnId, place) => [txnId, place]));
    const place = (one: T): number => places.get(txnIdOf(one)) ?? places.size;
    return [...said].sort((left, right) => place(left) - place(right));
  }

  /** This device was confirmed: what it said before goes out. */
  confirmed(): void {
    for (const event of this.#client.getRooms().flatMap((room) => room.getPendingEvents())) {
      // Nothing keeps it back any more.
      if (isHeldBack(event)) event.error = null;
    }
    this.#sendAll();
  }

  /** Called when what the server told begins to be saved; what it gives back, when that is done. */
  saving(): () => void {
    const saved = [...this.#heard];
    return () => {
      for (const txnId of saved) this.#heard.delete(txnId);
      this.#forget(saved);
    };
  }

  stop(): void {
    clearTimeout(this.#timer);
    for (const end of this.#ends) end();
  }

  /** After the last save. */
  async close(): Promise<void> {
    await this.#kept?.close();
    this.#kept = undefined;
  }

  async #keep(event: UnsentEvent): Promise<void> {
    this.#held.set(event.txnId, event);
    const late = new Promise<void>((resolve) => setTimeout(resolve, KEEP_WITHIN_MS));
    // Said is said: what cannot be kept is sent all the same.
    await Promise.race([this.#kept?.put(event).catch(() => undefined), late]);
  }

  #forget(txnIds: readonly string[]): void {
    if (txnIds.length === 0) return;
    for (const txnId of txnIds) this.#held.delete(txnId);
    // What stays for want of it is sent again by the next page, under the same transaction id.
    this.#kept?.remove(txnIds).catch(() => undefined);
  }

  #restore(room: Room): void {
    const left = this.#left.get(room.roomId) ?? [];
    const files = left.filter((event) => event.file);
    if (files.length > 0) this.#left.set(room.roomId, files);
    else this.#left.delete(room.roomId);
    for (const held of left) {
      if (held.file) continue;
      const { txnId, roomId, type, content, redacts, eventId } = held;
      if (eventId && room.findEventById(eventId)) {
        this.#heard.add(txnId);
        continue;
      }
      const event = this.#client.getEventMapper({ decrypt: false })({
        event_id: `~${roomId}:${txnId}`,
        room_id: roomId,
        sender: room.myUserId,
        origin_server_ts: held.atMs,
        type,
        content,
        ...(redacts ? { redacts } : {}),
      });
      event.setTxnId(txnId);
      event.setStatus(EventStatus.NOT_SENT);
      room.addPendingEvent(event, txnId);
      if (!eventId) continue;
      event.setStatus(EventStatus.SENDING);
      room.updatePendingEvent(event, EventStatus.SENT, eventId);
    }
  }

  #changed(event: MatrixEvent): void {
    if (isWaiting(event)) this.later();
    const txnId = event.getTxnId() ?? "";
    const held = this.#held.get(txnId);
    if (!held) return;
    if (event.status === null) {
      this.#taken.delete(txnId);
      this.#told.add(txnId);
      // What an earlier page left is not encrypted here; the server tells it as it got it, and the SDK leaves it so.
      void this.#client.decryptEventIfNeeded(event).catch(() => undefined);
    } else if (event.status === EventStatus.CANCELLED) this.#forget([txnId]);
    else if (event.status === EventStatus.SENT) this.#took(held, event);
  }

  #took(held: UnsentEvent, event: MatrixEvent): void {
    this.#taken.set(held.txnId, { event, after: this.#answers + ANSWERS });
    if (held.eventId) return;
    const taken = { ...held, eventId: event.getId() };
    this.#held.set(held.txnId, taken);
    this.#kept?.put(taken).catch(() => undefined);
  }

  #answered(): void {
    this.#answers += 1;
    for (const txnId of this.#told) this.#heard.add(txnId);
    this.#told.clear();
    for (const [txnId, { event, after }] of this.#taken) {
      if (after > this.#answers || !this.#gaps.has(event.getRoomId() ?? "")) continue;
      this.#taken.delete(txnId);
      this.#letGo(event);
    }
  }

  /** The server has it, and tells of it no more: it lies in a gap, or came by another way. */
  #letGo(event: MatrixEvent): void {
    const room = this.#client.getRoom(event.getRoomId());
    const txnId = event.getTxnId() ?? "";
    this.#held.delete(txnId);
    this.#heard.add(txnId);
    room?.removePendingEvent(event.getId() ?? "");
    room?.emit(RoomEvent.LocalEchoUpdated, event, room);
  }

  /** Something waits although the server answers. */
  later(): void {
    if (this.#client.getSyncState() !== SyncState.Syncing) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#sendAll(), AGAIN_MS);
  }

  #sendAll(): void {
    for (const room of this.#client.getRooms()) void this.#sendIn(room);
  }

  /** In the order in which they were written: where one does not arrive, those after it wait. */
  async #sendIn(room: Room): Promise<void> {
    if (this.#sending.has(room.roomId)) return;
    this.#sending.add(room.roomId);
    const tried = new Set<MatrixEvent | string>();
    for (;;) {
      const [next] = this.#waitingIn(room);
      // A file that is up is a message, and the SDK holds it back behind those that wait.
      if (!next || tried.has(next)) break;
      tried.add(next);
      const file = typeof next === "string";
      const sending = file ? this.#carriers.get(room.roomId)?.send(next) : this.#sendAgain(next, room);
      await sending?.catch(() => undefined);
    }
    this.#sending.delete(room.roomId);
  }

  /** Messages, and files by their transaction ids. */
  #waitingIn(room: Room): (MatrixEvent | string)[] {
    const messages = room.getPendingEvents().filter(isWaiting);
    const files = this.#carriers.get(room.roomId)?.waiting() ?? [];
    const txnIdOf = (one: MatrixEvent | string): string =>
      typeof one === "string" ? one : (one.getTxnId() ?? "");
    return this.inOrder([...messages, ...files], txnIdOf);
  }

  async #sendAgain(event: MatrixEvent, room: Room): Promise<void> {
    const localId = event.getId() ?? "";
    await this.#client.resendEvent(event, room);
    // The SDK says nothing of what the timeline has already.
    if (event.status === EventStatus.SENDING && room.hasPendingEvent(localId)) this.#letGo(event);
  }
}
