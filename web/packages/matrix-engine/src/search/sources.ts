// Where results come from, each the newest first: the index of this device, the server's search, and the history of a
// room.
import type { Found, SearchQuery } from "@herold/engine";
import { type IRoomEventFilter, type MatrixClient, type MatrixEvent, SearchOrderBy } from "matrix-js-sdk";

import { contentOf } from "../content.ts";
import { profileIn } from "../summaries.ts";
import type { Hit, Hits, IndexQuery } from "./message-index.ts";
import { eventMapper, historyPage } from "./pages.ts";
import { kindsOf, SAID, shownOf } from "./recording.ts";
import { KIND, type Place } from "./records.ts";

const PAGE = 30;
/** Pages in a row that a filter may leave nothing of, before what there is gets shown. */
const EMPTY_PAGES_MAX = 5;

export interface Source {
  /** The next ones; nothing at the end. What fails may be asked again. */
  next(): Promise<readonly Found[] | undefined>;
}

export interface Findable {
  find(query: IndexQuery, limit: number, before?: Place): Promise<Hits>;
}

export function fromIndex(client: MatrixClient, index: Findable, query: SearchQuery): Source {
  const wanted: IndexQuery = {
    words: query.words,
    roomId: query.roomId,
    sender: query.sender,
    kinds: query.kind ? KIND[query.kind] : 0,
    fromMs: query.fromMs,
    untilMs: query.untilMs,
  };
  let place: Place | undefined;
  let ended = false;
  return {
    async next() {
      if (ended) return undefined;
      const { hits, next } = await index.find(wanted, PAGE, place);
      place = next;
      ended = next === undefined;
      return hits.flatMap((hit) => shown(client, hit) ?? []);
    },
  };
}

function shown(client: MatrixClient, { roomId, record }: Hit): Found | undefined {
  const room = client.getRoom(roomId);
  if (room?.getMyMembership() !== "join") return undefined;
  return {
    roomId,
    eventId: record.eventId,
    sender: profileIn(room, record.sender),
    mine: record.sender === room.myUserId,
    atMs: record.atMs,
    content: shownOf(record),
    thread: record.thread,
  };
}

type Fetch = (
  from: string | undefined,
) => Promise<{ events: readonly MatrixEvent[]; next: string | undefined }>;

/** What the server finds by its words, in rooms that it can read. */
export function fromServerSearch(client: MatrixClient, query: SearchQuery): Source {
  const encrypted = client
    .getRooms()
    .filter((room) => room.hasEncryptionStateEvent())
    .map((room) => room.roomId);
  const filter: IRoomEventFilter = {
    ...serverFilter(query),
    limit: PAGE,
    ...(query.roomId ? { rooms: [query.roomId] } : { not_rooms: encrypted }),
  };
  return filtered(client, query, async (from) => {
    const inIndex = (event: MatrixEvent): boolean =>
      client.getRoom(event.getRoomId())?.hasEncryptionStateEvent() === true;
    const answer = await client.search({
      body: {
        search_categories: {
          room_events: {
            search_term: query.words,
            keys: ["content.body"],
            order_by: SearchOrderBy.Recent,
            filter,
          },
        },
      },
      ...(from ? { next_batch: from } : {}),
    });
    const { results = [], next_batch: next } = answer.search_categories.room_events;
    // What an encrypted room said before it was encrypted is in the index as well.
    const events = results
      .map(({ result }) => eventMapper(client)(result))
      .filter((event) => !inIndex(event));
    return { events, next };
  });
}

/** What of a kind was said in a room: chosen by the server where it can read, else among all that was said. */
export function fromHistory(client: MatrixClient, query: SearchQuery, roomId: string): Source {
  const encrypted = client.getRoom(roomId)?.hasEncryptionStateEvent() === true;
  const filter = encrypted ? { types: [...SAID] } : serverFilter(query);
  return filtered(client, query, (from) => historyPage(client, roomId, from, PAGE * 3, filter));
}

function serverFilter({ kind, sender }: SearchQuery): IRoomEventFilter {
  return {
    types: ["m.room.message"],
    ...(sender ? { senders: [sender] } : {}),
    ...(kind === "pictures" || kind === "files" ? { contains_url: true } : {}),
  };
}

/** Pages of the server, without what is not wanted. */
function filtered(client: MatrixClient, query: SearchQuery, fetch: Fetch): Source {
  let from: string | undefined;
  let ended = false;
  return {
    async next() {
      for (let page = 0; page < EMPTY_PAGES_MAX && !ended; page += 1) {
        const { events, next } = await fetch(from);
        from = next;
        const { fromMs } = query;
        ended =
          next === undefined || (fromMs !== undefined && events.some((event) => event.getTs() < fromMs));
        const found = events
          .filter((event) => fits(event, query))
          .flatMap((event) => foundIn(client, event) ?? []);
        if (found.length > 0) return found;
      }
      return ended ? undefined : [];
    },
  };
}

function fits(event: MatrixEvent, { kind, fromMs, untilMs }: SearchQuery): boolean {
  const atMs = event.getTs();
  if (event.isRedacted() || event.isRelation("m.replace") || event.getType() !== "m.room.message")
    return false;
  if (fromMs !== undefined && atMs < fromMs) return false;
  if (untilMs !== undefined && atMs >= untilMs) return false;
  return kind === undefined || (kindsOf(event.getContent()) & KIND[kind]) !== 0;
}

function foundIn(client: MatrixClient, event: MatrixEvent): Found | undefined {
  const room = client.getRoom(event.getRoomId());
  if (!room) return undefined;
  const content = contentOf(event, (userId) => profileIn(room, userId));
  if (!content) return undefined;
  const thread = event.threadRootId;
  const sender = event.getSender() ?? "";
  return {
    roomId: room.roomId,
    eventId: event.getId() ?? "",
    sender: profileIn(room, sender),
    mine: sender === room.myUserId,
    atMs: event.getTs(),
    content,
    thread: thread && thread !== event.getId() ? thread : undefined,
  };
}
