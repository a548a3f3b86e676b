// The history of a room from its beginning, page by page, past the SDK's timelines: nothing of it stays in memory.
import { type Content, Failure, type HistoryEvent, type Period } from "@herold/engine";
import {
  Direction,
  type IContextResponse,
  type IEvent,
  type MatrixClient,
  type MatrixEvent,
  MatrixEventEvent,
  Method,
  type Room,
} from "matrix-js-sdk";
import { DecryptionFailureCode } from "matrix-js-sdk/lib/crypto-api/index.js";

import { contentOf } from "./content.ts";
import { failing } from "./failures.ts";
import { counted, saidOf } from "./polls.ts";
import { decryptAll, eventMapper } from "./search/pages.ts";
import { profileIn } from "./summaries.ts";

const PAGE = 100;
/** Where the server says that it is asked too often, and not for how long. */
const PAUSE_MS = 5_000;

export async function* history(
  client: MatrixClient,
  room: Room,
  { fromMs, untilMs }: Period,
  signal: AbortSignal,
): AsyncGenerator<readonly HistoryEvent[]> {
  // Names of those who left long ago are wanted as well.
  await failing(() => room.loadMembersIfNeeded());
  const start = fromMs === undefined ? { first: [], from: undefined } : await startAt(client, room, fromMs);
  if (!start) return;
  let { first, from }: Start = start;
  const mapped = eventMapper(client);
  const keys = new LateKeys();
  for (;;) {
    signal.throwIfAborted();
    const token = from;
    const page = await patiently(signal, () =>
      client.createMessagesRequest(room.roomId, token ?? null, PAGE, Direction.Forward),
    );
    const events = [...first, ...page.chunk].map((event) => mapped({ ...event, room_id: room.roomId }));
    first = [];
    await decryptAll(client, events);
    await keys.comeFor(events, signal);
    const wanted = events.filter((event) => untilMs === undefined || event.getTs() < untilMs);
    const polls = await pollsIn(client, room, wanted, signal);
    if (wanted.length > 0) yield wanted.map((event) => told(event, room, polls));
    // Clocks of servers differ a little: a page that holds nothing of the period any more is behind its end.
    const over = events.length > 0 && wanted.length === 0;
    if (over || page.end === undefined || page.end === from) return;
    from = page.end;
  }
}

interface Start {
  readonly first: readonly Partial<IEvent>[];
  readonly from: string | undefined;
}

/** The first event of a time; nothing when nothing was said since. */
async function startAt(client: MatrixClient, room: Room, fromMs: number): Promise<Start | undefined> {
  try {
    const { event_id: eventId } = await failing(() =>
      client.timestampToEvent(room.roomId, fromMs, Direction.Forward),
    );
    const path = `/rooms/${encodeURIComponent(room.roomId)}/context/${encodeURIComponent(eventId)}`;
    const around = await failing(() =>
      client.http.authedRequest<IContextResponse>(Method.Get, path, { limit: "0" }),
    );
    return {
      first: [around.event, ...(around.events_after ?? [])].filter((event) => event !== undefined),
      from: around.end,
    };
  } catch (error) {
    if (error instanceof Failure && error.reason === "not-found") return undefined;
    throw error;
  }
}

/** Waits where the server wants that. */
async function patiently<T>(signal: AbortSignal, act: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await Promise.race([failing(act), calledOff(signal)]);
    } catch (error) {
      if (!(error instanceof Failure) || error.reason !== "too-often") throw error;
      await pause(error.retryAfterMs ?? PAUSE_MS, signal);
    }
  }
}

/** Never, unless it is called off: nobody waits for a server then. */
function calledOff(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

/** How long keys that are on their way from the backup are waited for. */
const KEYS_MS = 10_000;

/** Keys of old messages are fetched when somebody wants to read them: they are there a moment later. */
class LateKeys {
  /** Those that did not come: nobody waits for them again. */
  readonly #gone = new Set<unknown>();

  async comeFor(events: readonly MatrixEvent[], signal: AbortSignal): Promise<void> {
    const late = events.filter((event) => isOnItsWay(event) && !this.#gone.has(sessionOf(event)));
    if (late.length === 0) return;
    await Promise.race([Promise.all(late.map(readable)), pause(KEYS_MS, signal)]);
    for (const event of late) if (event.isDecryptionFailure()) this.#gone.add(sessionOf(event));
  }
}

function isOnItsWay(event: MatrixEvent): boolean {
  return event.decryptionFailureReason === DecryptionFailureCode.HISTORICAL_MESSAGE_WORKING_BACKUP;
}

const sessionOf = (event: MatrixEvent): unknown => event.getWireContent().session_id;

function readable(event: MatrixEvent): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (event.isDecryptionFailure()) return;
      event.off(MatrixEventEvent.Decrypted, look);
      resolve();
    };
    event.on(MatrixEventEvent.Decrypted, look);
  });
}

/** The polls among them with their votes, which may come much later in the history. */
async function pollsIn(
  client: MatrixClient,
  room: Room,
  events: readonly MatrixEvent[],
  signal: AbortSignal,
): Promise<ReadonlyMap<MatrixEvent, Content>> {
  const polls = new Map<MatrixEvent, Content>();
  for (const event of events) {
    const content = contentOf(event, (userId) => profileIn(room, userId));
    if (content?.kind !== "poll") continue;
    const said = await patiently(signal, () => saidOf(client, room.roomId, event.getId() ?? ""));
    polls.set(event, { kind: "poll", poll: counted(room, event, content.poll, said) });
  }
  return polls;
}

function told(event: MatrixEvent, room: Room, polls: ReadonlyMap<MatrixEvent, Content>): HistoryEvent {
  const named = (userId: string) => profileIn(room, userId);
  const eventId = event.getId() ?? "";
  const sender = event.getSender() ?? "";
  const relation = event.getWireContent()["m.relates_to"];
  const replaces = relation?.rel_type === "m.replace";
  const fallback = relation?.rel_type === "m.thread" && relation.is_falling_back === true;
  const thread = event.threadRootId;
  return {
    eventId,
    sender: named(sender),
    mine: sender === room.myUserId,
    atMs: event.getTs(),
    // An edit shows on what it is about.
    content: replaces ? undefined : (polls.get(event) ?? contentOf(event, named)),
    edited: event.replacingEvent() !== null,
    replyTo: fallback ? undefined : event.replyEventId,
    thread: thread && thread !== eventId ? thread : undefined,
    reaction: reactionIn(event),
    json: jsonOf(event),
  };
}

function reactionIn(event: MatrixEvent): HistoryEvent["reaction"] {
  if (event.getType() !== "m.reaction" || event.isRedacted()) return undefined;
  const { event_id: to, key } = event.getContent()["m.relates_to"] ?? {};
  return typeof to === "string" && typeof key === "string" ? { to, key } : undefined;
}

function jsonOf(event: MatrixEvent): HistoryEvent["json"] {
  const readable = !event.isDecryptionFailure();
  const stateKey = event.getStateKey();
  return {
    event_id: event.getId(),
    type: readable ? event.getType() : event.getWireType(),
    sender: event.getSender(),
    origin_server_ts: event.getTs(),
    ...(stateKey === undefined ? {} : { state_key: stateKey }),
    content: readable ? event.getOriginalContent() : event.getWireContent(),
  };
}
