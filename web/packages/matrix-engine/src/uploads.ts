// Files on their way up: shown in the conversation from the moment they are chosen, one after the other. A picture
// shows itself, and goes on doing so when the message that was sent takes its place. What has not arrived is there again
// on the next page, with what was said of it.
import {
  type Content,
  type FailureReason,
  type Live,
  type OutgoingFile,
  type Profile,
  signal,
  type TimelineItem,
} from "@herold/engine";
import { ClientEvent, type IContent, type MatrixClient, type Room } from "matrix-js-sdk";

import { failureOf } from "./failures.ts";
import { fileContent } from "./file-content.ts";
import type { UnsentFile } from "./kept-unsent.ts";
import { bare, sizeOf } from "./looking.ts";
import type { MatrixMedia } from "./media.ts";
import { shownName } from "./names.ts";
import { newestOf, relation } from "./outgoing.ts";
import { profileIn } from "./summaries.ts";
import { type Carrier, comesAgain, type Unsent, type UnsentUpload } from "./unsent.ts";

export interface Upload extends UnsentUpload {
  /** Nothing where an earlier page's do not open. */
  readonly bytes: Promise<Blob | undefined>;
  readonly abort: AbortController;
  readonly state: TimelineItem["state"];
  /** Whether it is there again on the next page, once that is known. */
  readonly kept: boolean | undefined;
  /** It could not go up at once: what was written after it comes after it. */
  readonly waited: boolean;
  /** What it is shown as; nothing until it was looked at. */
  readonly content: Content | undefined;
}

/** It stands there until it is taken away: nothing that one waits for brings it back. */
const LOST: TimelineItem["state"] = { kind: "failed", reason: "file-lost" };
const SENDING: TimelineItem["state"] = { kind: "sending", progress: 0, mayStop: true };

interface Shared {
  readonly media: MatrixMedia;
  readonly unsent: Unsent;
}

/** Those of all rooms: what an earlier page left goes up whether anybody looks at its room or not. */
export class AllUploads {
  readonly #client: MatrixClient;
  readonly #shared: Shared;
  readonly #rooms = new Map<string, Uploads>();

  constructor(client: MatrixClient, shared: Shared) {
    this.#client = client;
    this.#shared = shared;
    client.on(ClientEvent.Room, this.#came);
    addEventListener("beforeunload", this.#leaves);
  }

  of(room: Room): Uploads {
    const known = this.#rooms.get(room.roomId);
    if (known) return known;
    const uploads = new Uploads(this.#client, room, this.#shared);
    this.#rooms.set(room.roomId, uploads);
    return uploads;
  }

  stop(): void {
    this.#client.off(ClientEvent.Room, this.#came);
    removeEventListener("beforeunload", this.#leaves);
    for (const uploads of this.#rooms.values()) uploads.stop();
  }

  readonly #came = (room: Room): void => {
    if (this.#shared.unsent.hasFiles(room.roomId)) this.of(room);
  };

  /** The browser asks whether the page is to go. */
  readonly #leaves = (event: BeforeUnloadEvent): void => {
    const pending = [...this.#rooms.values()].flatMap((uploads) => uploads.pending.peek());
    if (pending.some(({ kept }) => kept !== true)) event.preventDefault();
  };
}

export class Uploads implements Carrier {
  readonly #client: MatrixClient;
  readonly #room: Room;
  readonly #media: MatrixMedia;
  readonly #unsent: Unsent;
  readonly #pending = signal<readonly Upload[]>([]);
  #queue: Promise<void> = Promise.resolve();
  #over = false;

  readonly pending: Live<readonly Upload[]> = this.#pending;

  constructor(client: MatrixClient, room: Room, { media, unsent }: Shared) {
    this.#client = client;
    this.#room = room;
    this.#media = media;
    this.#unsent = unsent;
    this.#restore(unsent.carry(room.roomId, this));
  }

  add(
    { file, ...described }: OutgoingFile,
    place: { replyTo: string | undefined; thread: string | undefined },
  ): void {
    const upload: Upload = {
      txnId: this.#client.makeTxnId(),
      atMs: Date.now(),
      file: { ...described, ...place, mimeType: file.type, size: file.size },
      bytes: Promise.resolve(file),
      abort: new AbortController(),
      state: SENDING,
      kept: undefined,
      waited: false,
      content: undefined,
    };
    this.#pending.value = [...this.#pending.value, upload];
    void this.#keep(upload, file);
    void this.#look(upload);
    void this.#start(upload);
  }

  retry(txnId: string): Promise<void> {
    const failed = this.#find(txnId);
    if (!failed || failed.state.kind === "sending" || failed.state === LOST || this.#over)
      return Promise.resolve();
    const again: Upload = { ...failed, abort: new AbortController(), state: SENDING };
    this.#change(txnId, again);
    return this.#start(again);
  }

  waiting(): readonly string[] {
    return this.#pending.peek().flatMap(({ txnId, state }) => (state.kind === "waiting" ? [txnId] : []));
  }

  send(txnId: string): Promise<void> {
    return this.retry(txnId);
  }

  discard(txnId: string): void {
    const upload = this.#find(txnId);
    if (!upload) return;
    upload.abort.abort();
    this.#remove(txnId);
    this.#unsent.giveUp(txnId);
  }

  /** Nothing goes up any more: what did not arrive is for the next page. */
  stop(): void {
    this.#over = true;
    for (const { abort } of this.#pending.peek()) abort.abort();
  }

  /**
   * As the conversation shows them, with the messages that are not sent yet. What goes up for the first time keeps no
   * message from being sent before it, and stands after them.
   */
  among(messages: readonly TimelineItem[], thread?: string): TimelineItem[] {
    const me = profileIn(this.#room, this.#room.myUserId);
    const here = this.#pending.value.filter(({ file }) => file.thread === thread);
    const items = (uploads: readonly Upload[]): TimelineItem[] =>
      uploads.flatMap((upload) => (upload.content ? [itemOf(upload, upload.content, me)] : []));
    const waited = items(here.filter((upload) => upload.waited));
    return [
      ...this.#unsent.inOrder([...messages, ...waited], ({ id }) => id),
      ...items(here.filter((upload) => !upload.waited)),
    ];
  }

  #restore(left: readonly UnsentUpload[]): void {
    // One after the other: together they may be large.
    let read: Promise<unknown> = Promise.resolve();
    const uploads = left.map((upload): Upload => {
      const bytes = read.then(() => this.#bytesOf(upload));
      read = bytes;
      const abort = new AbortController();
      return { ...upload, bytes, abort, state: waiting(true), kept: true, waited: true, content: undefined };
    });
    this.#pending.value = uploads;
    for (const upload of uploads) void this.#look(upload);
    if (uploads.length > 0) this.#unsent.later();
  }

  async #bytesOf({ txnId, file }: UnsentUpload): Promise<Blob | undefined> {
    const bytes = await this.#unsent.fileOf(txnId);
    return bytes && new Blob([bytes], { type: file.mimeType });
  }

  async #keep({ txnId, atMs, file }: Upload, bytes: Blob): Promise<void> {
    const kept = await this.#unsent.keepFile(this.#room.roomId, { txnId, atMs, file }, bytes);
    const now = this.#find(txnId)?.state.kind === "waiting" ? { state: waiting(kept) } : {};
    this.#change(txnId, { kept, ...now });
  }

  /** It takes the room of the picture from the start, so that nothing moves when it was sent. */
  async #look(upload: Upload): Promise<void> {
    const { txnId, file } = upload;
    const bytes = await upload.bytes;
    if (!bytes) {
      // In its place: whoever chose it knows what it was, and that it has to be chosen again.
      this.#change(txnId, { state: LOST, content: contentOf(txnId, file, undefined) });
      return;
    }
    const size = await sizeOf(bytes);
    if (size) this.#media.keep([localAddress(txnId)], bytes);
    this.#change(txnId, { content: contentOf(txnId, file, size) });
  }

  #start(upload: Upload): Promise<void> {
    this.#queue = this.#queue.then(() => this.#send(upload));
    return this.#queue;
  }

  async #send({ txnId, file, abort, bytes }: Upload): Promise<void> {
    const whole = await bytes;
    // Taken back while it waited for those before it.
    if (abort.signal.aborted || !whole) return;
    try {
      const outgoing = { ...file, file: await bare(whole) };
      const content = await fileContent(this.#client, outgoing, {
        encrypted: this.#room.hasEncryptionStateEvent(),
        abort,
        progress: (progress) => this.#change(txnId, { state: { kind: "sending", progress, mayStop: true } }),
      });
      abort.signal.throwIfAborted();
      // The same as while it went up: another would be drawn anew.
      if (content.msgtype === "m.image") this.#media.keep(addressesOf(content), whole);
      await this.#say(
        txnId,
        { ...content, ...relation(file, newestOf(this.#room, file.thread)) },
        file.thread,
      );
    } catch (error) {
      if (abort.signal.aborted) return;
      this.#failed(txnId, failureOf(error).reason);
    }
  }

  /** From there on the message itself is in the conversation, and says how it fares. */
  async #say(txnId: string, content: IContent, thread: string | undefined): Promise<void> {
    const saying = { type: "m.room.message", content, thread, txnId };
    const shown = (): void => this.#remove(txnId);
    await this.#unsent.send(this.#room.roomId, saying, shown).catch(() => undefined);
  }

  #failed(txnId: string, reason: FailureReason): void {
    if (!comesAgain(reason)) {
      this.#change(txnId, { state: { kind: "failed", reason } });
      return;
    }
    this.#change(txnId, { state: waiting(this.#find(txnId)?.kept), waited: true });
    this.#unsent.later();
  }

  #find(txnId: string): Upload | undefined {
    return this.#pending.peek().find((upload) => upload.txnId === txnId);
  }

  #change(txnId: string, change: Partial<Upload>): void {
    this.#pending.value = this.#pending.value.map((upload) =>
      upload.txnId === txnId ? { ...upload, ...change } : upload,
    );
  }

  #remove(txnId: string): void {
    this.#pending.value = this.#pending.value.filter((upload) => upload.txnId !== txnId);
  }
}

const waiting = (kept: boolean | undefined): TimelineItem["state"] => ({
  kind: "waiting",
  lostWithPage: kept === false,
});

/** Of a picture that no server has yet. */
const localAddress = (id: string): string => `upload:${id}`;

/** Of the picture, and of its small one. */
function addressesOf({ url, file, info }: IContent): string[] {
  return [file?.url ?? url, info?.thumbnail_file?.url ?? info?.thumbnail_url].filter(
    (address) => typeof address === "string",
  );
}

function contentOf(
  id: string,
  { mimeType, size: bytes, name, caption }: UnsentFile,
  size: { width: number; height: number } | undefined,
): Content {
  const source = { address: size ? localAddress(id) : "", mimeType };
  const base = {
    name: shownName(name) ?? "",
    size: bytes,
    source,
    caption: caption ? { plain: caption, html: undefined } : undefined,
  };
  if (!size) return { kind: "file", ...base };
  const animated = mimeType === "image/gif";
  const picture = { source, thumbnail: undefined, ...size, blurhash: undefined, animated };
  return { kind: "image", ...base, picture };
}

function itemOf(upload: Upload, content: Content, me: Profile): TimelineItem {
  return {
    id: upload.txnId,
    eventId: undefined,
    sender: me,
    mine: true,
    atMs: upload.atMs,
    content,
    state: upload.state,
    edited: false,
    encryption: "none",
    reply: undefined,
    thread: undefined,
    reactions: [],
    readBy: [],
    mentionsMe: false,
    can: { edit: false, redact: false },
  };
}
