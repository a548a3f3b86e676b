// One search over several sources, as one list, the newest first. What a source may still put above is not shown
// before it was asked; only at the start the quickest shows what it has.
import {
  type FailureReason,
  type Finding,
  type Found,
  type Live,
  type SearchRun,
  signal,
} from "@herold/engine";

import { failureOf } from "../failures.ts";
import type { Source } from "./sources.ts";

interface Asked {
  readonly source: Source;
  ended: boolean;
  /** The time of its oldest result so far; the end of time while there is none. */
  reachedMs: number;
}

export class Running implements SearchRun {
  readonly #asked: Asked[];
  readonly #all = new Map<string, Found>();
  readonly #found = signal<readonly Found[]>([]);
  readonly #finding = signal<Finding>({ kind: "searching" });
  readonly #failure = signal<FailureReason | undefined>(undefined);
  #stopped = false;

  readonly found: Live<readonly Found[]> = this.#found;
  readonly finding: Live<Finding> = this.#finding;
  readonly failure: Live<FailureReason | undefined> = this.#failure;

  constructor(sources: readonly Source[]) {
    this.#asked = sources.map((source) => ({ source, ended: false, reachedMs: Number.POSITIVE_INFINITY }));
    void this.#search();
  }

  more(): void {
    if (this.#finding.peek().kind !== "more") return;
    this.#finding.value = { kind: "searching" };
    void this.#search();
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Asks those that hold the list up, until it has grown. */
  async #search(): Promise<void> {
    this.#failure.value = undefined;
    const before = this.#found.peek().length;
    let open = this.#open();
    while (!this.#stopped && open.length > 0 && this.#found.peek().length <= before) {
      const upToMs = Math.max(...open.map((asked) => asked.reachedMs));
      const failed = await Promise.all(
        open.filter((asked) => asked.reachedMs === upToMs).map((asked) => this.#ask(asked)),
      );
      this.#show();
      if (failed.includes(true)) break;
      open = this.#open();
    }
    if (this.#stopped) return;
    this.#show();
    this.#finding.value = { kind: this.#open().length > 0 ? "more" : "end" };
  }

  #open(): Asked[] {
    return this.#asked.filter((asked) => !asked.ended);
  }

  /** Answers whether it failed. */
  async #ask(asked: Asked): Promise<boolean> {
    const first = asked.reachedMs === Number.POSITIVE_INFINITY;
    try {
      const found = await asked.source.next();
      asked.ended = found === undefined;
      for (const one of found ?? []) this.#all.set(one.eventId, one);
      const last = found?.at(-1);
      if (last) asked.reachedMs = last.atMs;
      if (first) this.#show();
      return false;
    } catch (error) {
      if (!this.#stopped) this.#failure.value = failureOf(error).reason;
      return true;
    }
  }

  #show(): void {
    if (this.#stopped) return;
    const reached = this.#open()
      .map((asked) => asked.reachedMs)
      .filter(Number.isFinite);
    const fromMs = Math.max(Number.NEGATIVE_INFINITY, ...reached);
    const found = [...this.#all.values()]
      .filter((one) => one.atMs >= fromMs)
      .sort((left, right) => right.atMs - left.atMs || (left.eventId < right.eventId ? 1 : -1));
    const shown = this.#found.peek();
    if (found.length !== shown.length || found.some((one, index) => one !== shown[index]))
      this.#found.value = found;
  }
}
