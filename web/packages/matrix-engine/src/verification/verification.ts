// One verification, from the question to its end.
//
// The SDK's own objects change without saying what changed, so everything is read anew at each change.
import {
  Failure,
  type Live,
  type Profile,
  signal,
  type Verification,
  type VerificationEnd,
  type VerificationStep,
} from "@herold/engine";
import type { Signal } from "@preact/signals-core";
import {
  VerificationPhase,
  type VerificationRequest,
  VerificationRequestEvent,
  type Verifier,
  VerifierEvent,
} from "matrix-js-sdk/lib/crypto-api/index.js";

import { equal } from "../equal.ts";
import { failing } from "../failures.ts";
import { stepOf } from "./steps.ts";

const EMOJI = "m.sas.v1";
const SCAN = "m.qr_code.scan.v1";
const SHOW = "m.qr_code.show.v1";

/** What is offered to the other side: emoji, showing a code, scanning one, and answering to a scan. */
export const VERIFICATION_METHODS = [EMOJI, SCAN, SHOW, "m.reciprocate.v1"];

export class MatrixVerification implements Verification {
  readonly #request: VerificationRequest;
  readonly #putAway: (verification: MatrixVerification) => void;
  readonly #step: Signal<VerificationStep>;
  #verifier: Verifier | undefined;
  #code: Uint8Array | undefined;
  #codeAsked = false;
  #accepted = false;
  #confirmed = false;
  #endedHere: VerificationEnd | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly id: string;
  readonly other: Profile;
  readonly ownDevice: boolean;
  readonly step: Live<VerificationStep>;

  constructor(
    request: VerificationRequest,
    other: Profile,
    putAway: (verification: MatrixVerification) => void,
  ) {
    this.#request = request;
    this.#putAway = putAway;
    this.id = request.transactionId ?? crypto.randomUUID();
    this.other = other;
    this.ownDevice = request.isSelfVerification;
    this.#step = signal<VerificationStep>(request.initiatedByMe ? { kind: "asked" } : { kind: "incoming" });
    this.step = this.#step;
    request.on(VerificationRequestEvent.Change, this.#changed);
    this.#watchTime();
    this.#changed();
  }

  get deviceId(): string | undefined {
    return this.#request.otherDeviceId;
  }

  get over(): boolean {
    const { kind } = this.#step.peek();
    return kind === "done" || kind === "cancelled";
  }

  async accept(): Promise<void> {
    if (this.#accepted || this.#request.phase !== VerificationPhase.Requested) return;
    this.#accepted = true;
    this.#changed();
    await this.#try(() => this.#request.accept());
  }

  async startEmoji(): Promise<void> {
    if (this.#request.phase !== VerificationPhase.Ready) return;
    await this.#try(() => this.#request.startVerification(EMOJI));
  }

  async scan(code: Uint8Array): Promise<void> {
    try {
      await this.#request.scanQRCode(new Uint8ClampedArray(code));
    } catch (cause) {
      throw new Failure("wrong-code", { cause });
    }
  }

  async confirm(): Promise<void> {
    if (this.#confirmed) return;
    this.#confirmed = true;
    this.#changed();
    await this.#try(async () => {
      await this.#verifier?.getShowSasCallbacks()?.confirm();
      this.#verifier?.getReciprocateQrCodeCallbacks()?.confirm();
    });
  }

  async mismatch(): Promise<void> {
    const emoji = this.#verifier?.getShowSasCallbacks();
    this.#endedHere = "mismatch";
    if (emoji) emoji.mismatch();
    else await this.#try(() => this.#request.cancel());
  }

  async cancel(): Promise<void> {
    if (this.over) return;
    await this.#end("by-me");
  }

  dismiss(): void {
    clearTimeout(this.#timer);
    this.#request.off(VerificationRequestEvent.Change, this.#changed);
    this.#putAway(this);
    if (!this.over) this.#end("by-me").catch(() => undefined);
  }

  readonly #changed = (): void => {
    this.#follow(this.#request.verifier);
    this.#askForCode();
    const sas = this.#verifier?.getShowSasCallbacks()?.sas;
    const step = stepOf({
      phase: this.#request.phase,
      startedByMe: this.#request.initiatedByMe,
      accepted: this.#accepted,
      confirmed: this.#confirmed,
      compare: sas && { emoji: sas.emoji ?? [], numbers: sas.decimal ?? [] },
      scanned: Boolean(this.#verifier?.getReciprocateQrCodeCallbacks()),
      code: this.#code,
      canScan: this.#request.otherPartySupportsMethod(SHOW),
      emoji: this.#request.otherPartySupportsMethod(EMOJI),
      cancelCode: this.#request.cancellationCode ?? undefined,
      endedHere: this.#endedHere,
    });
    if (equal(step, this.#step.peek())) return;
    this.#step.value = step;
    if (this.over) clearTimeout(this.#timer);
  };

  /** Joins in as soon as one side has chosen how. */
  #follow(verifier: Verifier | undefined): void {
    if (!verifier || verifier === this.#verifier) return;
    this.#verifier = verifier;
    verifier.on(VerifierEvent.ShowSas, this.#changed);
    verifier.on(VerifierEvent.ShowReciprocateQr, this.#changed);
    verifier.on(VerifierEvent.Cancel, this.#changed);
    // How it ends is told by the request; what fails on the way ends it.
    verifier.verify().then(this.#changed, this.#changed);
  }

  #askForCode(): void {
    const ready = this.#request.phase === VerificationPhase.Ready;
    if (!ready || this.#codeAsked || !this.#request.otherPartySupportsMethod(SCAN)) return;
    this.#codeAsked = true;
    this.#request.generateQRCode().then(
      (code) => {
        this.#code = code && new Uint8Array(code);
        this.#changed();
      },
      // Without a code there are still the emoji.
      () => undefined,
    );
  }

  #watchTime(): void {
    const leftMs = this.#request.timeout;
    if (leftMs === null || !this.#request.pending) return;
    this.#timer = setTimeout(() => {
      if (!this.over) this.#end("timeout").catch(() => undefined);
    }, leftMs);
  }

  async #end(why: VerificationEnd): Promise<void> {
    this.#endedHere = why;
    try {
      await this.#try(() => this.#request.cancel());
    } finally {
      // Also when the other side cannot be told: here it is over.
      this.#step.value = { kind: "cancelled", why };
    }
  }

  async #try(act: () => Promise<unknown>): Promise<void> {
    await failing(act);
    this.#changed();
  }
}
