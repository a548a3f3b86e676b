// Files on their way up: shown in the conversation from the moment they are chosen, one after the other.
import { type Live, type OutgoingFile, type Profile, signal, type TimelineItem } from "@herold/engine";
import type { IContent, MatrixClient, Room } from "matrix-js-sdk";

import { failureOf } from "./failures.ts";
import { fileContent } from "./file-content.ts";
import { relation } from "./outgoing.ts";
import { profileIn } from "./summaries.ts";
import { onReconnected } from "./unsent.ts";

export interface Upload {
  readonly id: string;
  readonly file: OutgoingFile;
  readonly replyTo: string | undefined;
  readonly thread: string | undefined;
  readonly abort: AbortController;
  readonly state: TimelineItem["state"];
}

export class Uploads {
  readonly #client: MatrixClient;
  readonly #room: Room;
  readonly #pending = signal<readonly Upload[]>([]);
  #queue: Promise<void> = Promise.resolve();

  readonly pending: Live<readonly Upload[]> = this.#pending;

  constructor(client: MatrixClient, room: Room) {
    this.#client = client;
    this.#room = room;
    onReconnected(client, () => {
      for (const { id, state } of this.#pending.peek())
        if (state.kind === "failed" && state.reason === "unreachable") this.retry(id);
    });
  }

  add(file: OutgoingFile, place: { replyTo: string | undefined; thread: string | undefined }): void {
    const upload: Upload = {
      id: this.#client.makeTxnId(),
      file,
      ...place,
      abort: new AbortController(),
      state: { kind: "sending", progress: 0 },
    };
    this.#pending.value = [...this.#pending.value, upload];
    this.#start(upload);
  }

  retry(id: string): void {
    const failed = this.#pending.value.find((upload) => upload.id === id && upload.state.kind === "failed");
    if (!failed) return;
    const again = { ...failed, abort: new AbortController() };
    this.#pending.value = this.#pending.value.map((upload) => (upload.id === id ? again : upload));
    this.#change(id, { kind: "sending", progress: 0 });
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
      .map((upload) => itemOf(upload, me));
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
        progress: (part) => this.#change(upload.id, { kind: "sending", progress: part }),
      });
      const newest = upload.thread ? this.#room.getThread(upload.thread)?.replyToEvent?.getId() : undefined;
      const whole: IContent = { ...content, ...relation(upload, newest) };
      const sending = this.#client.sendMessage(
        this.#room.roomId,
        upload.thread ?? null,
        whole as never,
        upload.id,
      );
      // From here on the message itself is in the conversation, and says how it fares.
      this.#remove(upload.id);
      await sending.catch(() => undefined);
    } catch (error) {
      if (!upload.abort.signal.aborted)
        this.#change(upload.id, { kind: "failed", reason: failureOf(error).reason });
    }
  }

  #change(id: string, state: TimelineItem["state"]): void {
    this.#pending.value = this.#pending.value.map((upload) =>
      upload.id === id ? { ...upload, state } : upload,
    );
  }

  #remove(id: string): void {
    this.#pending.value = this.#pending.value.filter((upload) => upload.id !== id);
  }
}

function itemOf(upload: Upload, me: Profile): TimelineItem {
  const { file } = upload;
  return {
    id: upload.id,
    eventId: undefined,
    sender: me,
    mine: true,
    atMs: Date.now(),
    content: {
      kind: "file",
      name: file.name,
      size: file.file.size,
      source: { address: "", mimeType: file.file.type },
      caption: file.caption ? { plain: file.caption, html: undefined } : undefined,
    },
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
