// Confirming this device: by another device, by the recovery key, or by starting over when both are lost.
import {
  computed,
  type Encryption,
  type EncryptionState,
  type FailureReason,
  type Live,
  signal,
  type Verifications,
} from "@herold/engine";

import { Attempt } from "../attempt.ts";
import { NewKeyModel } from "./new-key.model.ts";
import type { PasswordQuestion } from "./password-question.model.ts";

export type ConfirmStep =
  | { readonly kind: "choose"; readonly otherDevices: boolean; readonly recoveryKey: boolean }
  | { readonly kind: "recovery-key" }
  /** Both are lost. `keepsIdentity`: only the old backup is given up. */
  | { readonly kind: "lost"; readonly keepsIdentity: boolean; readonly newKey: NewKeyModel }
  /** `startedOver`: what was lost stays lost, which must not be glossed over. */
  | { readonly kind: "done"; readonly startedOver: boolean };

type Place = "choose" | "recovery-key" | "lost";

interface Parts {
  readonly encryption: Encryption;
  readonly verifications: Verifications;
  readonly question: PasswordQuestion;
}

export class ConfirmDeviceModel {
  readonly #encryption: Encryption;
  readonly #verifications: Verifications;
  readonly #question: PasswordQuestion;
  readonly #place = signal<Place>("choose");
  readonly #attempt = new Attempt();
  readonly #startingOver = signal<{ keepsIdentity: boolean; newKey: NewKeyModel } | undefined>(undefined);

  readonly busy: Live<boolean> = this.#attempt.busy;
  readonly failure: Live<FailureReason | undefined> = this.#attempt.failure;
  readonly step: Live<ConfirmStep> = computed(() => {
    const startingOver = this.#startingOver.value;
    if (this.#place.value === "lost" && startingOver) {
      if (startingOver.newKey.step.value.kind === "done") return { kind: "done", startedOver: true };
      return { kind: "lost", ...startingOver };
    }
    const ways = waysOf(this.#encryption.state.value);
    if (!ways) return { kind: "done", startedOver: false };
    return this.#place.value === "recovery-key" ? { kind: "recovery-key" } : { kind: "choose", ...ways };
  });

  constructor({ encryption, verifications, question }: Parts) {
    this.#encryption = encryption;
    this.#verifications = verifications;
    this.#question = question;
  }

  /** The verification is shown by itself; when it goes well, this is done, and says so for both. */
  askOtherDevice(): Promise<boolean> {
    return this.#attempt.make(async () => {
      const asked = await this.#verifications.ownDevices();
      const stop = asked.step.subscribe(({ kind }) => {
        if (kind === "done") asked.dismiss();
        if (kind === "done" || kind === "cancelled") queueMicrotask(() => stop());
      });
    });
  }

  go(place: "choose" | "recovery-key"): void {
    this.#attempt.forget();
    this.#place.value = place;
  }

  recover(typed: string): Promise<boolean> {
    return this.#attempt.make(() => this.#encryption.recover(typed));
  }

  lost(): void {
    const state = this.#encryption.state.peek();
    const keepsIdentity = state.kind === "at-risk" && state.mend === "by-confirming";
    const act = (): Promise<string | undefined> =>
      keepsIdentity ? this.#encryption.repair() : this.#encryption.reset(this.#question.ask);
    this.#startingOver.value = {
      keepsIdentity,
      newKey: new NewKeyModel(act, () => this.#encryption.noteRecoveryKey()),
    };
    this.#attempt.forget();
    this.#place.value = "lost";
  }
}

/** What may be used; nothing when there is nothing to confirm any more. */
function waysOf(state: EncryptionState): { otherDevices: boolean; recoveryKey: boolean } | undefined {
  if (state.kind === "unconfirmed") {
    return { otherDevices: state.otherDevices, recoveryKey: state.recoveryKey };
  }
  if (state.kind === "at-risk" && state.mend !== "alone") return { otherDevices: true, recoveryKey: true };
  return undefined;
}
