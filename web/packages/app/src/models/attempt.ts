// One thing at a time that may fail: whether it is under way, and why it did not work.
import { Failure, type FailureReason, type Live, signal } from "@herold/engine";

export class Attempt {
  readonly #busy = signal(false);
  readonly #failure = signal<FailureReason | undefined>(undefined);

  readonly busy: Live<boolean> = this.#busy;
  /** Why the last one failed. Giving up oneself is no failure. */
  readonly failure: Live<FailureReason | undefined> = this.#failure;

  /** Answers whether it went well; does nothing while another one is under way. */
  async make(act: () => Promise<unknown>): Promise<boolean> {
    if (this.#busy.peek()) return false;
    this.#busy.value = true;
    this.#failure.value = undefined;
    try {
      await act();
      return true;
    } catch (error) {
      const reason = error instanceof Failure ? error.reason : "unknown";
      if (reason !== "cancelled") this.#failure.value = reason;
      return false;
    } finally {
      this.#busy.value = false;
    }
  }

  forget(): void {
    this.#failure.value = undefined;
  }
}
