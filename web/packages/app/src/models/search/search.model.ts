// What is looked for and what was found, while it is being typed.
import {
  computed,
  type FailureReason,
  type Found,
  type FoundKind,
  type Live,
  type Marks,
  marksIn,
  type Profile,
  type Search,
  type SearchCoverage,
  type SearchRun,
  signal,
  termsOf,
} from "@herold/engine";

import { dayBegin } from "../days.ts";

export type Grouping = "time" | "room";

export interface FoundGroup {
  readonly roomId: string;
  readonly found: readonly Found[];
}

/** Days as `<input type="date">` says them; empty for any. */
export interface Wanted {
  readonly words: string;
  readonly kind: FoundKind | undefined;
  readonly sender: Profile | undefined;
  readonly fromDay: string;
  readonly untilDay: string;
}

export type SearchProgress =
  /** Nothing was asked for. */
  "idle" | "searching" | "more" | "end";

/** Between two letters nothing is looked for yet. */
const TYPING_MS = 120;
/** How soon it is looked again when more messages were collected; and only where that does not lose one's place. */
const COLLECTED_MS = 2_000;
const SHORT = 20;
const NOTHING: Wanted = { words: "", kind: undefined, sender: undefined, fromDay: "", untilDay: "" };

export class SearchModel {
  readonly #search: Search;
  readonly #roomId: string | undefined;
  readonly #wanted = signal<Wanted>(NOTHING);
  readonly #grouping = signal<Grouping>("time");
  readonly #run = signal<SearchRun | undefined>(undefined);
  /** What the last search found, until this one has found something. */
  #before: readonly Found[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;

  readonly wanted: Live<Wanted> = this.#wanted;
  readonly grouping: Live<Grouping> = this.#grouping;
  readonly coverage: Live<SearchCoverage>;
  readonly found: Live<readonly Found[]>;
  /** By room, in the order of the newest of each. */
  readonly groups: Live<readonly FoundGroup[]>;
  readonly progress: Live<SearchProgress>;
  readonly failure: Live<FailureReason | undefined>;

  /** Without a room it looks in all of them. */
  constructor(search: Search, roomId?: string) {
    this.#search = search;
    this.#roomId = roomId;
    this.coverage = search.coverage;
    this.progress = computed(() => this.#run.value?.finding.value.kind ?? "idle");
    this.failure = computed(() => this.#run.value?.failure.value);
    this.found = computed(() => {
      const found = this.#run.value?.found.value ?? [];
      if (found.length > 0 || this.progress.value !== "searching") this.#before = found;
      return this.#before;
    });
    this.groups = computed(() => groupsOf(this.found.value));
    let messages: number | undefined;
    search.coverage.subscribe((coverage) => {
      if (messages !== undefined && coverage.messages !== messages) this.#collected();
      messages = coverage.messages;
    });
  }

  /** Looks while it is typed; what is chosen is looked for at once. */
  want(change: Partial<Wanted>): void {
    this.#wanted.value = { ...this.#wanted.peek(), ...change };
    clearTimeout(this.#timer);
    if ("words" in change) this.#timer = setTimeout(() => this.#start(), TYPING_MS);
    else this.#start();
  }

  group(grouping: Grouping): void {
    this.#grouping.value = grouping;
  }

  more(): void {
    this.#run.peek()?.more();
  }

  /** Asks again where something could not be reached. */
  again(): void {
    this.#start();
  }

  /** Where the words are in a text. */
  marks(text: string): Marks {
    return marksIn(text, termsOf(this.#wanted.peek().words));
  }

  #collected(): void {
    this.#again ??= setTimeout(() => {
      this.#again = undefined;
      if (this.progress.peek() === "end" && this.found.peek().length <= SHORT) this.#start();
    }, COLLECTED_MS);
  }

  #start(): void {
    this.#run.peek()?.stop();
    const { words, kind, sender, fromDay, untilDay } = this.#wanted.peek();
    if (words.trim() === "" && kind === undefined && (sender === undefined || this.#roomId === undefined)) {
      this.#run.value = undefined;
      return;
    }
    this.#run.value = this.#search.start({
      words: words.trim(),
      kind,
      roomId: this.#roomId,
      sender: sender?.userId,
      fromMs: dayBegin(fromDay, 0),
      untilMs: dayBegin(untilDay, 1),
    });
  }
}

export function groupsOf(found: readonly Found[]): FoundGroup[] {
  const groups = new Map<string, Found[]>();
  for (const one of found) {
    const group = groups.get(one.roomId);
    if (group) group.push(one);
    else groups.set(one.roomId, [one]);
  }
  return [...groups].map(([roomId, some]) => ({ roomId, found: some }));
}

/** About how much of a text is shown around its first mark. */
const BEFORE_MARK = 30;

/** The part of a text where the first mark is, so that a long message shows why it was found. */
export function excerpt(text: string, marks: Marks): { text: string; marks: Marks } {
  const first = marks[0]?.[0] ?? 0;
  if (first <= BEFORE_MARK) return { text, marks };
  const space = text.indexOf(" ", first - BEFORE_MARK);
  const from = space >= 0 && space < first ? space + 1 : first;
  return {
    text: `… ${text.slice(from)}`,
    marks: marks.map(([begin, end]) => [begin - from + 2, end - from + 2] as const),
  };
}
