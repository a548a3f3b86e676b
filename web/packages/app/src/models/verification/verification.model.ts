// One verification on the screen: its step, and what may be done at it.
import {
  computed,
  type FailureReason,
  type Live,
  signal,
  type Verification,
  type VerificationStep,
} from "@herold/engine";

import { Attempt } from "../attempt.ts";

export class VerificationModel {
  readonly #verification: Verification;
  readonly #scanning = signal(false);
  readonly #attempt = new Attempt();

  readonly other: Verification["other"];
  readonly ownDevice: boolean;
  readonly step: Live<VerificationStep>;
  /** The camera is looking for the other side's code. */
  readonly scanning: Live<boolean>;
  readonly busy: Live<boolean> = this.#attempt.busy;
  readonly failure: Live<FailureReason | undefined> = this.#attempt.failure;

  constructor(verification: Verification) {
    this.#verification = verification;
    this.other = verification.other;
    this.ownDevice = verification.ownDevice;
    this.step = verification.step;
    this.scanning = computed(() => this.#scanning.value && this.step.value.kind === "ready");
  }

  get deviceId(): string | undefined {
    return this.#verification.deviceId;
  }

  accept(): Promise<boolean> {
    return this.#attempt.make(() => this.#verification.accept());
  }

  startEmoji(): Promise<boolean> {
    return this.#attempt.make(() => this.#verification.startEmoji());
  }

  lookForCode(looking: boolean): void {
    this.#attempt.forget();
    this.#scanning.value = looking;
  }

  /** A code was read; it is looked at again when it was another one. */
  scanned(code: Uint8Array): Promise<boolean> {
    return this.#attempt.make(() => this.#verification.scan(code));
  }

  confirm(): Promise<boolean> {
    return this.#attempt.make(() => this.#verification.confirm());
  }

  mismatch(): Promise<boolean> {
    return this.#attempt.make(() => this.#verification.mismatch());
  }

  /** Ends it if it is not over yet, and puts it away. */
  close(): void {
    this.#verification.dismiss();
  }
}
