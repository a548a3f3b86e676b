// Files on their way up: shown in the conversation from the moment they are chosen, one after the other. A picture
// shows itself, and goes on doing so when the message that was sent takes its place.
import {
  type Content,
  type Live,
  type OutgoingFile,
  type Profile,
  signal,
  type TimelineItem,
} from "@herold/engine";
import type { IContent, MatrixClient, Room } from "matrix-js-sdk";

import { failureOf } from "./failures.ts";
import { fileContent } from "./file-content.ts";
import type { MatrixMedia } from "./media.ts";
import { newestOf, relation } from "./outgoing.ts";
import { sizeOf } from "./pictures.ts";
import { profileIn } from "./summaries.ts";
import { onReconnected, type Unsent } from "./unsent.ts";

export interface Upload {
  readonly id: string;
  readonly file: OutgoingFile;
  readonly atMs: number;
  readonly replyTo: string | undefined;
  readonly thread: string | undefined;
  readonly abort: AbortController;
  readonly state: TimelineItem["state"];
  /** What it is shown as; nothing until it was looked at. */
  readonly content: Content | undefined;
}

export class Uploads {
  readonly #client: MatrixClient;
  readonly #room: Room;
  readonly #media: MatrixMedia;
  readonly #unsent: Unsent;
  readonly #pending = signal<readonly Upload[]>([]);
  #queue: Promise<void> = Promise.resolve();

  readonly pending: Live<readonly Upload[]> = this.#pending;

  constructor(
    client: MatrixClient,
    room: Room,
    { media, unsent }: { readonly media: MatrixMedia; readonly unsent: Unsent },
  ) {
    this.#client = client;
    this.#room = room;
    this.#media = media;
    this.#unsent = unsent;
    onReconnected(client, () => {
      for (const { id, state } of this.#pending.peek()) if (state.kind === "waiting") this.retry(id);
    });
  }

  add(file: OutgoingFile, place: { replyTo: string | undefined; thread: string | undefined }): void {
    const upload: Upload = {
      id: this.#client.makeTxnId(),
      file,
      atMs: Date.now(),
      ...place,
      abort: new AbortController(),
      state: { kind: "sending", progress: 0, mayStop: true },
      content: undefined,
    };
    this.#pending.value = [...this.#pending.value, upload];
    void this.#look(upload);
    this.#start(upload);
  }

  retry(id: string): void {
    const failed = this.#pending.value.find((upload) => upload.id === id && upload.state.kind !== "sending");
    if (!failed) return;
    const again: Upload = {
      ...failed,
      abort: new AbortController(),
      state: { kind: "sending", progress: 0, mayStop: true },
    };
    this.#change(id, again);
    this.#start(again);
  }

  discard(id: string): void {
    this.#pending.value.find((upload) => upload.id === id)?.abort.abort();
    this.#remove(id);
  }

  /** As the conversation shows them. */
  items(thread?: string): TimelineItem[] {
    const me = profileIn(this.#room, this.#room.myUserId);
    return this.#pending.value
      .filter((upload) => upload.thread === thread)
      .flatMap((upload) => (upload.content ? [itemOf(upload, upload.content, me)] : []));
  }

  /** It takes the room of the picture from the start, so that nothing moves when it was sent. */
  async #look({ id, file }: Upload): Promise<void> {
    const size = await sizeOf(file.file);
    if (size) this.#media.keep([localAddress(id)], file.file);
    this.#change(id, { content: contentOf(id, file, size) });
  }

  #start(upload: Upload): void {
    this.#queue = this.#queue.then(() => this.#send(upload));
  }

  async #send(upload: Upload): Promise<void> {
    // Taken back while it waited for those before it.
    if (upload.abort.signal.aborted) return;
    try {
      const content = await fileContent(this.#client, upload.file, {
        encrypted: this.#room.hasEncryptionStateEvent(),
        abort: upload.abort,
        progress: (part) =>
          this.#change(upload.id, { state: { kind: "sending", progress: part, mayStop: true } }),
      });
      if (content.msgtype === "m.image") this.#media.keep(addressesOf(content), upload.file.file);
      const whole: IContent = { ...content, ...relation(upload, newestOf(this.#room, upload.thread)) };
      const saying = { type: "m.room.message", content: whole, thread: upload.thread, txnId: upload.id };
      // From there on the message itself is in the conversation, and says how it fares.
      const shown = (): void => this.#remove(upload.id);
      await this.#unsent.send(this.#room.roomId, saying, shown).catch(() => undefined);
    } catch (error) {
      if (upload.abort.signal.aborted) return;
      const { reason } = failureOf(error);
      this.#change(upload.id, {
        state: reason === "unreachable" ? { kind: "waiting" } : { kind: "failed", reason },
      });
    }
  }

  #change(id: string, change: Partial<Upload>): void {
    this.#pending.value = this.#pending.value.map((upload) =>
      upload.id === id ? { ...upload, ...change } : upload,
    );
  }

  #remove(id: string): void {
    this.#pending.value = this.#pending.value.filter((upload) => upload.id !== id);
  }
}

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
  { file, name, caption }: OutgoingFile,
  size: { width: number; height: number } | undefined,
): Content {
  const source = { address: size ? localAddress(id) : "", mimeType: file.type };
  const base = {
    name,
    size: file.size,
    source,
    caption: caption ? { plain: caption, html: undefined } : undefined,
  };
  if (!size) return { kind: "file", ...base };
  const animated = file.type === "image/gif";
  const picture = { source, thumbnail: undefined, ...size, blurhash: undefined, animated };
  return { kind: "image", ...base, picture };
}

function itemOf(upload: Upload, content: Content, me: Profile): TimelineItem {
  return {
    id: upload.id,
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
