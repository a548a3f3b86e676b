// Asks while somebody types: one question at a time, and always the newest one last.
import { Failure, type FailureReason, type Live, signal } from "@herold/engine";

export class Finder<Query, Found> {
  readonly #ask: (query: Query) => Promise<Found>;
  readonly #found;
  readonly #busy = signal(false);
  readonly #failure = signal<FailureReason | undefined>(undefined);
  #waiting: { readonly query: Query } | undefined;

  readonly found: Live<Found>;
  readonly busy: Live<boolean> = this.#busy;
  readonly failure: Live<FailureReason | undefined> = this.#failure;

  constructor(nothing: Found, ask: (query: Query) => Promise<Found>) {
    this.#ask = ask;
    this.#found = signal(nothing);
    this.found = this.#found;
  }

  /** What was found last stays until the answer is there. */
  async ask(query: Query): Promise<void> {
    this.#waiting = { query };
    if (this.#busy.peek()) return;
    this.#busy.value = true;
    while (this.#waiting) {
      const next: Query = this.#waiting.query;
      this.#waiting = undefined;
      try {
        this.#found.value = await this.#ask(next);
        this.#failure.value = undefined;
      } catch (error) {
        this.#failure.value = error instanceof Failure ? error.reason : "unknown";
      }
    }
    this.#busy.value = false;
  }
}
