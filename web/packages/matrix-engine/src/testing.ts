// The SDK for tests: a client that asks nobody but the test, its rooms, and the app on one page after the other.
import {
  ClientEvent,
  MatrixClient,
  MatrixError,
  MatrixEvent,
  MemoryStore,
  PendingEventOrdering,
  Room,
  RoomEvent,
  SyncState,
  type UploadResponse,
} from "matrix-js-sdk";
import { afterEach, beforeEach, vi } from "vitest";

import { KeptUnsent } from "./kept-unsent.ts";
import { MatrixMedia } from "./media.ts";
import { quiet, silence } from "./quiet.ts";
import { type Saying, Unsent } from "./unsent.ts";
import { AllUploads, type Uploads } from "./uploads.ts";

export const ME = "@me:example.org";
export const ROOM = "!room:example.org";

/** A busy machine takes its time. */
export const WITHIN = { timeout: 4_000 };

type Answer = (url: URL | RequestInfo, options?: RequestInit) => Promise<Response>;

const nobody: Answer = async (url) => {
  throw new Error(`nobody was to be asked: ${url}`);
};

/** The browser's own: tests run without one. */
export function withoutBrowser(): void {
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("removeEventListener", () => undefined);
}

export function testClient(answer: Answer = nobody): MatrixClient {
  silence();
  return new MatrixClient({
    baseUrl: "https://example.org",
    userId: ME,
    deviceId: "D",
    store: new MemoryStore(),
    logger: quiet,
    fetchFn: answer,
    timelineSupport: true,
  });
}

export function testRoom(client: MatrixClient): Room {
  const pendingEventOrdering = PendingEventOrdering.Detached;
  const room = new Room(ROOM, client, ME, { pendingEventOrdering, timelineSupport: true });
  client.store.storeRoom(room);
  client.reEmitter.reEmit(room, [RoomEvent.LocalEchoUpdated, RoomEvent.TimelineReset]);
  return room;
}

/** A message as the server tells it. */
export function messageEvent(eventId: string, more: object = {}): MatrixEvent {
  return new MatrixEvent({
    type: "m.room.message",
    room_id: ROOM,
    sender: ME,
    event_id: eventId,
    origin_server_ts: 1,
    content: { msgtype: "m.text", body: eventId },
    ...more,
  });
}

/** A server that takes every transaction once, and files, while it can be reached. */
export class TestServer {
  reachable = true;
  readonly took = new Map<string, { readonly path: string; readonly content: object }>();
  readonly files: string[] = [];
  /** Refuses files with it. */
  refuses: string | undefined;

  readonly answer: Answer = async (url, options) => {
    if (!this.reachable) throw new TypeError("Failed to fetch");
    const path = decodeURIComponent(new URL(String(url)).pathname);
    const txnId = path.split("/").at(-1) ?? "";
    if (!this.took.has(txnId)) this.took.set(txnId, { path, content: JSON.parse(String(options?.body)) });
    return Response.json({ event_id: `$${txnId}` });
  };

  /** As browsers do it: without a connection it is as if somebody had stopped it. */
  readonly upload = async (bytes: Blob): Promise<UploadResponse> => {
    if (!this.reachable) throw new DOMException("", "AbortError");
    if (this.refuses) throw new MatrixError({ errcode: this.refuses }, 413);
    this.files.push(await bytes.text());
    return { content_uri: `mxc://example.org/${this.files.length}` };
  };
}

/** The app on one page: loaded again, it is another with the same server and the same browser. */
export class TestPage {
  readonly client: MatrixClient;
  readonly unsent: Unsent;
  readonly room: Room;
  readonly #uploads: AllUploads;

  constructor(server: TestServer) {
    this.client = testClient(server.answer);
    this.client.uploadContent = (bytes) => server.upload(bytes as Blob);
    this.unsent = new Unsent(this.client);
    this.#uploads = new AllUploads(this.client, { media: new MatrixMedia(this.client), unsent: this.unsent });
    this.room = testRoom(this.client);
  }

  static async load(server: TestServer): Promise<TestPage> {
    const page = new TestPage(server);
    await page.unsent.open(ME);
    page.client.emit(ClientEvent.Room, page.room);
    return page;
  }

  get uploads(): Uploads {
    return this.#uploads.of(this.room);
  }

  say(words: string, more: object = {}): Promise<void> {
    const saying: Saying = { type: "m.room.message", content: { msgtype: "m.text", body: words, ...more } };
    return this.unsent.send(ROOM, saying);
  }

  /** An answer of the server's, with these of its transactions. */
  async hear(...txnIds: string[]): Promise<void> {
    const events = txnIds.map((txnId) => messageEvent(`$${txnId}`, { unsigned: { transaction_id: txnId } }));
    await this.room.addLiveEvents(events, { addToState: false });
    this.client.emit(ClientEvent.Sync, SyncState.Syncing, SyncState.Syncing);
  }

  /** The server answers again. */
  reconnect(): void {
    this.client.emit(ClientEvent.Sync, SyncState.Syncing, SyncState.Reconnecting);
  }

  async leave(): Promise<void> {
    this.#uploads.stop();
    this.unsent.stop();
    await this.unsent.close();
  }
}

/** One page after the other at a server, anew for each test, which leaves nothing behind. */
export function pagesAtServer() {
  let server = new TestServer();
  let pages: TestPage[] = [];
  beforeEach(() => {
    withoutBrowser();
    server = new TestServer();
    pages = [];
  });
  afterEach(async () => {
    for (const page of pages) await page.leave();
    vi.unstubAllGlobals();
    await KeptUnsent.erase(ME);
  });
  const left = (page: TestPage): TestPage => {
    pages.push(page);
    return page;
  };
  return {
    get server(): TestServer {
      return server;
    },
    /** A page that has heard and read nothing yet. */
    open: (): TestPage => left(new TestPage(server)),
    load: async (): Promise<TestPage> => left(await TestPage.load(server)),
  };
}
