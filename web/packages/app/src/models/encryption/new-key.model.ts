// Something is done that may end with a new recovery key, which is shown once and has to be written down.
import { Failure, type FailureReason, type Live, signal } from "@herold/engine";

export type NewKeyStep =
  /** Told what is about to be done. */
  | { readonly kind: "ready" }
  | { readonly kind: "working" }
  | { readonly kind: "failed"; readonly reason: FailureReason }
  | { readonly kind: "key"; readonly words: string }
  | { readonly kind: "done" };

export class NewKeyModel {
  readonly #act: () => Promise<string | undefined>;
  readonly #note: () => Promise<void>;
  readonly #step = signal<NewKeyStep>({ kind: "ready" });

  readonly step: Live<NewKeyStep> = this.#step;

  /** `act` answers with the new key, if it had to make one; `note` remembers that it was written down. */
  constructor(act: () => Promise<string | undefined>, note: () => Promise<void>) {
    this.#act = act;
    this.#note = note;
  }

  async start(): Promise<void> {
    if (this.#step.peek().kind === "working") return;
    this.#step.value = { kind: "working" };
    try {
      const words = await this.#act();
      this.#step.value = words === undefined ? { kind: "done" } : { kind: "key", words };
    } catch (error) {
      const reason = error instanceof Failure ? error.reason : "unknown";
      // Whoever did not want to go on is where they were.
      this.#step.value = reason === "cancelled" ? { kind: "ready" } : { kind: "failed", reason };
    }
  }

  /** The person says that they have it. */
  noted(): void {
    if (this.#step.peek().kind !== "key") return;
    this.#step.value = { kind: "done" };
    // If it cannot be remembered now, they are asked once more another time.
    this.#note().catch(() => undefined);
  }
}
