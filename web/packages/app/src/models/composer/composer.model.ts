// What the person is writing: a new message, an answer, or other words for an old one.
import {
  type Emoticon,
  Failure,
  type FailureReason,
  type Live,
  type Mention,
  type OutgoingFile,
  type PackImage,
  type Room,
  type RoomMention,
  type Session,
  signal,
  type TimelineItem,
} from "@herold/engine";

import type { Kept } from "../preferences/preferences.model.ts";
import { VoiceModel, type VoiceOptions } from "../voice/voice.model.ts";
import { act, COMMANDS, type Command, commandIn, mayUse, type Said, said } from "./commands.ts";
import { CompletionModel, type Suggestion } from "./completion.model.ts";
import { FilesModel } from "./files.model.ts";
import type { Change } from "./formatting.ts";
import { emoticonsIn, labelFor, mentionsIn, mentionsTyped } from "./mentions.ts";

export type Purpose =
  | { readonly kind: "new" }
  | { readonly kind: "reply"; readonly to: TimelineItem }
  | { readonly kind: "edit"; readonly item: TimelineItem };

/** Why nothing was sent, or what was not done. */
export type ComposerProblem =
  | { readonly kind: "failure"; readonly reason: FailureReason }
  | { readonly kind: "unknown-command"; readonly name: string }
  | { readonly kind: "usage"; readonly command: Command };

export interface ComposerOptions {
  readonly room: Room;
  readonly session: Session;
  readonly thread: string | undefined;
  /** Where what was not sent yet is kept. */
  readonly drafts: Kept;
  /** A command led to another room, or out of this one. */
  readonly went: (roomId: string | undefined) => void;
  readonly record: VoiceOptions["record"];
}

/** Words, and what in them is more than words. */
interface Writing {
  readonly text: string;
  readonly mentions: readonly Mention[];
  readonly rooms: readonly RoomMention[];
  readonly emoticons: readonly Emoticon[];
}

const NOTHING: Writing = { text: "", mentions: [], rooms: [], emoticons: [] };

/** "Is writing" is said again while they write, and taken back when they stop. */
const TYPING_AGAIN_MS = 4_000;

export class ComposerModel {
  readonly completion: CompletionModel;
  readonly files: FilesModel;
  readonly voice: VoiceModel;
  readonly #options: ComposerOptions;
  readonly #text = signal("");
  readonly #purpose = signal<Purpose>({ kind: "new" });
  readonly #problem = signal<ComposerProblem | undefined>(undefined);
  #mentions: readonly Mention[] = [];
  #rooms: readonly RoomMention[] = [];
  #emoticons: readonly Emoticon[] = [];
  /** What an edit interrupts. In it the same name may stand for somebody or something else. */
  #before = NOTHING;
  #typingSaidAtMs = 0;

  readonly text: Live<string> = this.#text;
  readonly purpose: Live<Purpose> = this.#purpose;
  readonly problem: Live<ComposerProblem | undefined> = this.#problem;

  constructor(options: ComposerOptions) {
    this.#options = options;
    this.completion = new CompletionModel(options.room, options.session);
    this.files = new FilesModel(options.session.media);
    this.voice = new VoiceModel({
      record: options.record,
      now: () => performance.now(),
      every: (ms, act) => {
        const timer = setInterval(act, ms);
        return () => clearInterval(timer);
      },
      send: (file) => this.sendAtOnce([file]),
    });
    this.#restore();
  }

  get thread(): string | undefined {
    return this.#options.thread;
  }

  get room(): Room {
    return this.#options.room;
  }

  get session(): Session {
    return this.#options.session;
  }

  /** What stands in the text and is more than its words: `@name`, `#name`, `:label:`. */
  marked(): readonly string[] {
    return [
      ...this.#mentions.map(({ name }) => `@${name}`),
      ...this.#rooms.map(({ name }) => `#${name}`),
      ...this.#emoticons.map(({ label }) => `:${label}:`),
      ...(this.room.details.peek().rights.notifyRoom ? ["@room"] : []),
    ];
  }

  /** `sayTyping` is the person's own choice. */
  type(text: string, nowMs: number, sayTyping: boolean): void {
    this.#text.value = text;
    this.#problem.value = undefined;
    this.#keep();
    if (!sayTyping || this.#purpose.peek().kind === "edit") return;
    if (text === "") this.#typing(false, 0);
    else if (nowMs - this.#typingSaidAtMs >= TYPING_AGAIN_MS) this.#typing(true, nowMs);
  }

  /** What taking a suggestion changes in the text. */
  take(
    suggestion: Suggestion,
    sign: (suggestion: Extract<Suggestion, { kind: "emoji" }>) => string,
  ): Change | undefined {
    const { word } = this.completion;
    if (!word) return undefined;
    const text = `${this.#taken(suggestion, sign)} `;
    const caret = word.start + text.length;
    this.completion.forget();
    return { start: word.start, end: word.end, text, select: [caret, caret] };
  }

  #taken(
    suggestion: Suggestion,
    sign: (suggestion: Extract<Suggestion, { kind: "emoji" }>) => string,
  ): string {
    switch (suggestion.kind) {
      case "person": {
        const { userId, name } = suggestion.profile;
        // Two people of one name cannot both be told from it.
        const taken = this.#mentions.some((known) => known.name === name && known.userId !== userId);
        this.mention({ userId, name: taken ? userId.slice(1) : name });
        return `@${taken ? userId.slice(1) : name}`;
      }
      case "everybody":
        return "@room";
      case "room": {
        const { roomId, name } = suggestion.room;
        this.#rooms = [...this.#rooms.filter((known) => known.name !== name), { roomId, name }];
        return `#${name}`;
      }
      case "picture":
        return this.picture(suggestion.offer.image);
      case "emoji":
        return sign(suggestion);
      case "command":
        return `/${suggestion.command.name}`;
    }
  }

  mention(mention: Mention): void {
    if (!this.#mentions.some(({ userId }) => userId === mention.userId))
      this.#mentions = [...this.#mentions, mention];
  }

  /** A picture of a pack among the words; answers with how it stands there. */
  picture({ shortcode, description, picture }: PackImage): string {
    const { address } = picture.source;
    const label = this.#labelOf(labelFor(shortcode), address);
    const known = this.#emoticons.filter((emoticon) => emoticon.label !== label);
    this.#emoticons = [...known, { label, shortcode, description, address }];
    return `:${label}:`;
  }

  /** Two pictures of one shortcode are told from each other by a number. */
  #labelOf(name: string, address: string): string {
    for (let number = 1; ; number += 1) {
      const label = number === 1 ? name : `${name}/${number}`;
      const known = this.#emoticons.find((emoticon) => emoticon.label === label);
      if (!known || known.address === address) return label;
    }
  }

  async sendSticker(image: PackImage): Promise<void> {
    const purpose = this.#purpose.peek();
    const replyTo = purpose.kind === "reply" ? purpose.to.eventId : undefined;
    if (replyTo) this.cancel();
    // As with words, what could not be sent stands in the conversation.
    await this.room.sendSticker({ image, replyTo, thread: this.#options.thread }).catch(() => undefined);
  }

  reply(to: TimelineItem): void {
    if (this.#purpose.peek().kind === "edit") this.#write(this.#before);
    this.#purpose.value = { kind: "reply", to };
  }

  edit(item: TimelineItem): void {
    const { content } = item;
    if (content.kind !== "text" && content.kind !== "emote" && content.kind !== "notice") return;
    if (this.#purpose.peek().kind !== "edit") this.#before = this.#written();
    const { people: mentions, rooms } = mentionsIn(content.words.html ?? "");
    this.#purpose.value = { kind: "edit", item };
    this.#write({ text: content.words.plain, mentions, rooms, emoticons: emoticonsIn(content.words) });
  }

  /** The newest of one's own messages that can be edited; answers whether there is one. */
  editLast(items: readonly TimelineItem[]): boolean {
    const last = items.findLast((item) => item.can.edit);
    if (last) this.edit(last);
    return last !== undefined;
  }

  /** Back to an ordinary message; what was being written before an edit comes back. */
  cancel(): void {
    if (this.#purpose.peek().kind === "edit") this.#write(this.#before);
    this.#purpose.value = { kind: "new" };
  }

  forgetProblem(): void {
    this.#problem.value = undefined;
  }

  /** The field is empty at once: what is on its way is seen in the conversation. */
  async send(): Promise<void> {
    const typed = this.#text.peek().trim();
    if (typed === "") return;
    this.#problem.value = undefined;
    this.completion.forget();
    const command = commandIn(typed);
    if (command && this.#purpose.peek().kind !== "edit") await this.#obey(command.name, command.rest);
    else await this.#say({ text: typed.replace(/^\/\//, "/") });
  }

  sendFiles(): Promise<void> {
    return this.sendAtOnce(this.files.take());
  }

  /** Files that need not be looked at once more. */
  async sendAtOnce(files: readonly OutgoingFile[]): Promise<void> {
    if (files.length === 0) return;
    const purpose = this.#purpose.peek();
    const replyTo = purpose.kind === "reply" ? purpose.to.eventId : undefined;
    this.cancel();
    await this.#attempt(() => this.room.sendFiles({ files, replyTo, thread: this.#options.thread }));
  }

  async #obey(name: string, rest: string): Promise<void> {
    const command = COMMANDS.find((known) => known.name === name);
    if (!command || !mayUse(command, this.room.details.peek().rights)) {
      this.#problem.value = { kind: "unknown-command", name };
      return;
    }
    const { person, words } = command.takes === "person" ? this.#personIn(rest) : { words: rest };
    const missing =
      command.takes === "person"
        ? !person
        : command.takes === "words" || command.takes === "room"
          ? !words
          : false;
    if (missing) {
      this.#problem.value = { kind: "usage", command };
      return;
    }
    const message = said(command.name, rest);
    if (message) {
      await this.#say(message);
      return;
    }
    const { room, session, went } = this.#options;
    const typed = this.#text.peek();
    this.#clear();
    const doing = act(command.name as Parameters<typeof act>[0], { room, session, person, words, went });
    // What did not work can be put right and tried again.
    if ((await this.#attempt(() => doing)) || this.#text.peek() !== "") return;
    this.#text.value = typed;
    this.#keep();
  }

  /** Who is named first, by id or as chosen from the list, and what is said after it. */
  #personIn(rest: string): { readonly person: string | undefined; readonly words: string } {
    const chosen = this.#mentions.find(({ name }) => rest.startsWith(`@${name}`));
    if (chosen) return { person: chosen.userId, words: rest.slice(chosen.name.length + 1).trim() };
    const found = /^(@[^\s:]+:\S+)\s*([\s\S]*)$/.exec(rest);
    return { person: found?.[1], words: found?.[2] ?? "" };
  }

  async #say({ text, emote, plain }: Said): Promise<void> {
    const purpose = this.#purpose.peek();
    const mentions = [
      ...this.#mentions.filter((mention) => text.includes(`@${mention.name}`)),
      ...mentionsTyped(text),
    ];
    const rooms = this.#rooms.filter(({ name }) => text.includes(`#${name}`));
    const emoticons = this.#emoticons.filter(({ label }) => text.includes(`:${label}:`));
    const edited = purpose.kind === "edit" ? purpose.item : undefined;
    this.#clear();
    const sending = this.room.send({
      text,
      plain: plain ?? false,
      mentions,
      rooms,
      emoticons,
      mentionsRoom: /(^|\s)@room\b/.test(text) && this.room.details.peek().rights.notifyRoom,
      emote: emote ?? edited?.content.kind === "emote",
      replyTo: purpose.kind === "reply" ? purpose.to.eventId : undefined,
      thread: this.#options.thread,
      edits: edited?.eventId,
    });
    // What could not be sent stands in the conversation, with a way to try again.
    await sending.catch(() => undefined);
  }

  async #attempt(doing: () => Promise<void>): Promise<boolean> {
    try {
      await doing();
      return true;
    } catch (error) {
      this.#problem.value = { kind: "failure", reason: error instanceof Failure ? error.reason : "unknown" };
      return false;
    }
  }

  #clear(): void {
    this.#write(this.#purpose.peek().kind === "edit" ? this.#before : NOTHING);
    this.#purpose.value = { kind: "new" };
    this.#before = NOTHING;
    this.#typingSaidAtMs = 0;
    this.#keep();
  }

  #typing(typing: boolean, saidAtMs: number): void {
    if (!typing && this.#typingSaidAtMs === 0) return;
    this.#typingSaidAtMs = saidAtMs;
    this.room.setTyping(typing);
  }

  get #draftName(): string {
    return `${this.room.roomId} ${this.#options.thread ?? ""}`.trim();
  }

  #keep(): void {
    // Other words for an old message are not a message of their own.
    if (this.#purpose.peek().kind === "edit") return;
    const draft = this.#written();
    if (draft.text === "") this.#options.drafts.remove(this.#draftName);
    else this.#options.drafts.set(this.#draftName, JSON.stringify(draft));
  }

  #written(): Writing {
    const [mentions, rooms, emoticons] = [this.#mentions, this.#rooms, this.#emoticons];
    return { text: this.#text.peek(), mentions, rooms, emoticons };
  }

  #write({ text, mentions, rooms, emoticons }: Writing): void {
    [this.#mentions, this.#rooms, this.#emoticons] = [mentions, rooms, emoticons];
    this.#text.value = text;
  }

  #restore(): void {
    const kept = this.#options.drafts.get(this.#draftName);
    if (!kept) return;
    try {
      const { text, mentions, rooms, emoticons } = JSON.parse(kept);
      this.#text.value = String(text);
      this.#mentions = Array.isArray(mentions) ? mentions : [];
      this.#rooms = Array.isArray(rooms) ? rooms : [];
      this.#emoticons = Array.isArray(emoticons) ? emoticons : [];
    } catch {
      // Somebody else wrote there: there is no draft.
    }
  }
}
