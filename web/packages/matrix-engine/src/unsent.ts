// What a person says, on its way: written down before it is shown, and until what the server told of it is written down
// too. What could not be sent for want of a connection is sent again as soon as there is one. Each message keeps its
// transaction id, so that the server takes it once, however often it comes.
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
import { KeptUnsent, type UnsentEvent } from "./kept-unsent.ts";

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
  #kept: KeptUnsent | undefined;
  /** All that is written down, by transaction id. */
  readonly #held = new Map<string, UnsentEvent>();
  /** Of the page before this one, by room; until the room is known. */
  readonly #left = new Map<string, UnsentEvent[]>();
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
  #sending = false;

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
      onReconnected(client, () => void this.#sendAll()),
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
    for (const held of this.#left.get(room.roomId) ?? []) {
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
    this.#left.delete(room.roomId);
  }

  #changed(event: MatrixEvent): void {
    if (isWaiting(event)) this.#later();
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

  #later(): void {
    if (this.#client.getSyncState() !== SyncState.Syncing) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#sendAll(), AGAIN_MS);
  }

  async #sendAll(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    await Promise.all(this.#client.getRooms().map((room) => this.#sendIn(room)));
    this.#sending = false;
  }

  /** In the order in which they were written: where one does not arrive, those after it wait. */
  async #sendIn(room: Room): Promise<void> {
    for (const event of room.getPendingEvents().filter(isWaiting)) {
      try {
        if (isWaiting(event)) await this.#sendAgain(event, room);
      } catch {
        return;
      }
    }
  }

  async #sendAgain(event: MatrixEvent, room: Room): Promise<void> {
    const localId = event.getId() ?? "";
    await this.#client.resendEvent(event, room);
    // The SDK says nothing of what the timeline has already.
    if (event.status === EventStatus.SENDING && room.hasPendingEvent(localId)) this.#letGo(event);
  }
}
