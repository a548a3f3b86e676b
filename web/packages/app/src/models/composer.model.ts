// What the person is writing: a new message, an answer, or other words for an old one.
import {
  type Live,
  type Mention,
  type OutgoingFile,
  type Room,
  signal,
  type TimelineItem,
} from "@herold/engine";

export type Purpose =
  | { readonly kind: "new" }
  | { readonly kind: "reply"; readonly to: TimelineItem }
  | { readonly kind: "edit"; readonly item: TimelineItem };

/** "Is writing" is said again while they write, and taken back when they stop. */
const TYPING_AGAIN_MS = 4_000;

export class ComposerModel {
  readonly #room: Room;
  readonly #thread: string | undefined;
  readonly #text = signal("");
  readonly #purpose = signal<Purpose>({ kind: "new" });
  #mentions: Mention[] = [];
  #before = "";
  #typingSaidAtMs = 0;

  readonly text: Live<string> = this.#text;
  readonly purpose: Live<Purpose> = this.#purpose;

  constructor(room: Room, thread: string | undefined) {
    this.#room = room;
    this.#thread = thread;
  }

  /** `sayTyping` is the person's own choice. */
  type(text: string, nowMs: number, sayTyping: boolean): void {
    this.#text.value = text;
    if (!sayTyping || this.#purpose.peek().kind === "edit") return;
    if (text === "") this.#typing(false, 0);
    else if (nowMs - this.#typingSaidAtMs >= TYPING_AGAIN_MS) this.#typing(true, nowMs);
  }

  mention(mention: Mention): void {
    this.#mentions.push(mention);
  }

  reply(to: TimelineItem): void {
    if (this.#purpose.peek().kind === "edit") this.#text.value = this.#before;
    this.#purpose.value = { kind: "reply", to };
  }

  edit(item: TimelineItem): void {
    const { content } = item;
    if (content.kind !== "text" && content.kind !== "emote" && content.kind !== "notice") return;
    if (this.#purpose.peek().kind !== "edit") this.#before = this.#text.peek();
    this.#purpose.value = { kind: "edit", item };
    this.#text.value = content.words.plain;
  }

  /** Back to an ordinary message; what was being written before an edit comes back. */
  cancel(): void {
    if (this.#purpose.peek().kind === "edit") this.#text.value = this.#before;
    this.#purpose.value = { kind: "new" };
  }

  /** The field is empty at once: what is on its way is seen in the conversation. */
  async send(): Promise<void> {
    const typed = this.#text.peek();
    const purpose = this.#purpose.peek();
    if (typed.trim() === "") return;
    const emote = /^\/me\s/.test(typed);
    const text = emote ? typed.replace(/^\/me\s+/, "") : typed.replace(/^\/\//, "/");
    const mentions = this.#mentions.filter((mention) => text.includes(`@${mention.name}`));
    this.#clear(purpose);
    const sending = this.#room.send({
      text,
      mentions,
      mentionsRoom: /(^|\s)@room\b/.test(text) && this.#room.details.peek().rights.notifyRoom,
      emote,
      replyTo: purpose.kind === "reply" ? purpose.to.eventId : undefined,
      thread: this.#thread,
      edits: purpose.kind === "edit" ? purpose.item.eventId : undefined,
    });
    // What could not be sent stands in the conversation, with a way to try again.
    await sending.catch(() => undefined);
  }

  sendFiles(files: readonly OutgoingFile[]): Promise<void> {
    const purpose = this.#purpose.peek();
    const replyTo = purpose.kind === "reply" ? purpose.to.eventId : undefined;
    this.cancel();
    return this.#room.sendFiles({ files, replyTo, thread: this.#thread });
  }

  #clear(purpose: Purpose): void {
    this.#text.value = purpose.kind === "edit" ? this.#before : "";
    this.#purpose.value = { kind: "new" };
    this.#mentions = [];
    this.#before = "";
    this.#typingSaidAtMs = 0;
  }

  #typing(typing: boolean, saidAtMs: number): void {
    if (!typing && this.#typingSaidAtMs === 0) return;
    this.#typingSaidAtMs = saidAtMs;
    this.#room.setTyping(typing);
  }
}
