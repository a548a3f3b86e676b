// What may be meant by the word that is being written: somebody, a room, an emoji, a command.
import {
  computed,
  type Live,
  type Profile,
  type Room,
  type RoomSummary,
  type Session,
  signal,
} from "@herold/engine";

import type { Language } from "../../texts/texts.ts";
import { type Emoji, emojiIn, findEmoji, folded } from "../emoji/emoji.ts";
import { findOffers, type Offer, offersOf } from "../stickers/offers.ts";
import { COMMANDS, type Command, mayUse } from "./commands.ts";

export type Suggestion =
  | { readonly kind: "person"; readonly id: string; readonly profile: Profile; readonly here: boolean }
  | { readonly kind: "everybody"; readonly id: string }
  | { readonly kind: "room"; readonly id: string; readonly room: RoomSummary }
  | { readonly kind: "picture"; readonly id: string; readonly offer: Offer }
  | { readonly kind: "emoji"; readonly id: string; readonly emoji: Emoji }
  | { readonly kind: "command"; readonly id: string; readonly command: Command };

/** The word before the caret that something may be suggested for. */
export interface Word {
  readonly sign: "@" | "#" | ":" | "/";
  readonly words: string;
  readonly start: number;
  readonly end: number;
}

const SHOWN_MAX = 8;
/** The emoji that everybody knows stay in sight. */
const PICTURES_MAX = 4;
/** How long one has to pause before the directory is asked. */
const PAUSE_MS = 200;
/** Shorter words would suggest emoji for every time of day and every smiley of old. */
const EMOJI_WORD_MIN = 2;

export function wordAt(text: string, caret: number): Word | undefined {
  const before = text.slice(0, caret);
  const command = /^\/([A-Za-z]*)$/.exec(before);
  if (command) return { sign: "/", words: command[1] ?? "", start: 0, end: caret };
  const found = /(?:^|[\s(])([@#:])([^\s@#:]*(?::[^\s:]*)?)$/.exec(before);
  if (!found) return undefined;
  const [sign, words = ""] = [found[1] as Word["sign"], found[2]];
  if (sign === ":" && words.length < EMOJI_WORD_MIN) return undefined;
  return { sign, words, start: caret - words.length - 1, end: caret };
}

export class CompletionModel {
  readonly #room: Room;
  readonly #session: Session;
  readonly #suggestions = signal<readonly Suggestion[]>([]);
  readonly #at = signal(0);
  #word: Word | undefined;
  /** The start of a word that nothing is wanted for. */
  #refused: number | undefined;
  #asked = 0;
  /** Who is here comes when it is first asked for, and somebody may come in. */
  #unfollow: (() => void) | undefined;

  readonly suggestions: Live<readonly Suggestion[]> = this.#suggestions;
  /** The one that Enter would take. */
  readonly chosen: Live<Suggestion | undefined>;

  constructor(room: Room, session: Session) {
    this.#room = room;
    this.#session = session;
    this.chosen = computed(() => this.#suggestions.value[this.#at.value]);
  }

  get word(): Word | undefined {
    return this.#word;
  }

  /** The text or the caret changed. */
  look(text: string, caret: number, language: Language): void {
    const word = wordAt(text, caret);
    if (word?.start !== this.#refused) this.#refused = undefined;
    this.#word = this.#refused === undefined ? word : undefined;
    const asked = ++this.#asked;
    this.#unfollow?.();
    if (!this.#word) {
      this.#show([]);
      return;
    }
    const { sign, words } = this.#word;
    if (sign === "@") this.#lookForPeople(words, asked);
    else if (sign === "#") this.#show(this.#roomsNamed(words));
    else if (sign === "/") this.#show(this.#commandsNamed(words));
    else void this.#lookForEmoji(words, language, asked);
  }

  move(by: 1 | -1): void {
    const count = this.#suggestions.peek().length;
    if (count > 0) this.#at.value = (this.#at.peek() + by + count) % count;
  }

  /** Nothing more is suggested for this word. */
  close(): void {
    this.#refused = this.#word?.start;
    this.forget();
  }

  forget(): void {
    this.#asked += 1;
    this.#unfollow?.();
    this.#word = undefined;
    this.#show([]);
  }

  #show(suggestions: readonly Suggestion[]): void {
    if (suggestions.length === 0 && this.#suggestions.peek().length === 0) return;
    this.#at.value = 0;
    this.#suggestions.value = suggestions;
  }

  #lookForPeople(words: string, asked: number): void {
    let here: readonly Suggestion[] = [];
    let elsewhere: readonly Suggestion[] = [];
    const show = (): void => {
      const at = this.#at.peek();
      const known = new Set(here.map(({ id }) => id));
      this.#show([...here, ...elsewhere.filter(({ id }) => !known.has(id))].slice(0, SHOWN_MAX));
      this.#at.value = Math.min(at, Math.max(0, this.#suggestions.peek().length - 1));
    };
    this.#at.value = 0;
    this.#unfollow = this.#room.members.subscribe(() => {
      here = this.#peopleHere(words);
      show();
    });
    if (words.length < 2) return;
    setTimeout(async () => {
      if (asked !== this.#asked || here.length >= SHOWN_MAX) return;
      // The directory is a help: those who are here can be chosen without it.
      const found = await this.#session.people.find(words, SHOWN_MAX).catch(() => []);
      if (asked !== this.#asked) return;
      elsewhere = found
        .filter(({ userId }) => userId !== this.#session.userId)
        .map((profile) => ({ kind: "person", id: profile.userId, profile, here: false }) as const);
      show();
    }, PAUSE_MS);
  }

  #peopleHere(words: string): Suggestion[] {
    const wanted = folded(words);
    const people: Suggestion[] = this.#room.members
      .peek()
      .filter(
        (member) =>
          (member.membership === "joined" || member.membership === "invited") &&
          member.userId !== this.#session.userId,
      )
      .flatMap((profile) => {
        const rank = rankOf(profile, wanted);
        return rank === undefined ? [] : [{ profile, rank }];
      })
      .sort((left, right) => left.rank - right.rank)
      .slice(0, SHOWN_MAX)
      .map(({ profile }) => ({ kind: "person", id: profile.userId, profile, here: true }) as const);
    const everybody = this.#room.details.peek().rights.notifyRoom && "room".startsWith(wanted);
    return everybody ? [...people.slice(0, SHOWN_MAX - 1), { kind: "everybody", id: "@room" }] : people;
  }

  #roomsNamed(words: string): Suggestion[] {
    const wanted = folded(words);
    return this.#session.rooms.all
      .peek()
      .filter((room) => room.membership === "joined" && room.direct === undefined)
      .flatMap((room) => {
        const name = folded(room.name);
        const rank = name.startsWith(wanted) ? 0 : name.includes(wanted) ? 1 : undefined;
        return rank === undefined ? [] : [{ room, rank }];
      })
      .sort((left, right) => left.rank - right.rank || right.room.recencyMs - left.room.recencyMs)
      .slice(0, SHOWN_MAX)
      .map(({ room }) => ({ kind: "room", id: room.roomId, room }));
  }

  #commandsNamed(words: string): Suggestion[] {
    const { rights } = this.#room.details.peek();
    return COMMANDS.filter((command) => command.name.startsWith(words.toLowerCase()))
      .filter((command) => mayUse(command, rights))
      .map((command) => ({ kind: "command", id: command.name, command }));
  }

  async #lookForEmoji(words: string, language: Language, asked: number): Promise<void> {
    const [list, offers] = await Promise.all([
      emojiIn(language).catch(() => []),
      this.#pictures().catch(() => []),
    ]);
    if (asked !== this.#asked) return;
    const pictures: readonly Suggestion[] = findOffers(offers, words, PICTURES_MAX).map((offer) => ({
      kind: "picture",
      id: offer.mark,
      offer,
    }));
    const emoji: readonly Suggestion[] = findEmoji(list, words, SHOWN_MAX - pictures.length).map((emoji) => ({
      kind: "emoji",
      id: emoji.sign,
      emoji,
    }));
    this.#show([...pictures, ...emoji]);
  }

  /** Those of the packs that are offered in this room. */
  async #pictures(): Promise<readonly Offer[]> {
    const packs = await this.#session.imagePacks();
    const offered = packs.offeredIn(this.#room.roomId).peek();
    return offersOf(offered.filter(({ uses }) => uses.emoticons));
  }
}

/** Who is called so first, then whose id or other names begin so. */
function rankOf({ name, userId }: Profile, wanted: string): number | undefined {
  const called = folded(name);
  if (called.startsWith(wanted)) return 0;
  if (called.split(" ").some((part) => part.startsWith(wanted))) return 1;
  return userId.slice(1).toLowerCase().startsWith(wanted) ? 2 : undefined;
}
