// What has to be done about the account's encryption: said in one line with its one next step, and done in a dialog.
import {
  computed,
  type Encryption,
  type EncryptionState,
  effect,
  type Live,
  signal,
  type Verifications,
} from "@herold/engine";

import type { TextKey } from "../../texts/keys.ts";
import { ConfirmDeviceModel } from "./confirm-device.model.ts";
import { NewKeyModel } from "./new-key.model.ts";
import { PasswordQuestion } from "./password-question.model.ts";

export interface Banner {
  readonly text: TextKey;
  readonly action: TextKey;
}

export type Task =
  | { readonly kind: "none" }
  | { readonly kind: "set-up" | "repair"; readonly newKey: NewKeyModel; readonly why: TextKey }
  | { readonly kind: "confirm"; readonly confirm: ConfirmDeviceModel };

interface CaredFor {
  readonly encryption: Encryption;
  readonly verifications: Verifications;
}

const known = new WeakMap<object, CareModel>();

/** The one of a session. */
export function careOf(session: CaredFor): CareModel {
  let care = known.get(session);
  if (!care) {
    care = new CareModel(session);
    known.set(session, care);
  }
  return care;
}

export class CareModel {
  readonly #encryption: Encryption;
  readonly #verifications: Verifications;
  readonly #task = signal<Task>({ kind: "none" });
  /** The person has said that they keep their key; until the account knows, nobody asks them again. */
  readonly #noted = signal(false);
  #offered = false;

  readonly question = new PasswordQuestion();
  readonly task: Live<Task> = this.#task;
  readonly banner: Live<Banner | undefined>;

  constructor(session: CaredFor) {
    this.#encryption = session.encryption;
    this.#verifications = session.verifications;
    this.banner = computed(() => {
      const state = this.#encryption.state.value;
      const told =
        state.kind === "at-risk" && state.problem === "recovery-key-not-noted" && this.#noted.value;
      // While it is being done there is nothing to remind of.
      return this.#task.value.kind === "none" && !told ? bannerOf(state) : undefined;
    });
  }

  /**
   * Does by itself what needs no decision: a new account is set up, a new device is offered to be confirmed, once.
   * Answers with what ends it.
   */
  start(): () => void {
    return effect(() => {
      const { kind } = this.#encryption.state.value;
      const task = this.#task.value;
      if (task.kind === "none" && !this.#offered && (kind === "new" || kind === "unconfirmed")) this.act();
      // Another device was quicker in setting the account up: this one is to be confirmed instead.
      const idle = task.kind === "set-up" && task.newKey.step.value.kind === "ready";
      if (idle && kind === "unconfirmed") this.act();
    });
  }

  /** The one next step. */
  act(): void {
    const state = this.#encryption.state.peek();
    this.#offered = true;
    if (state.kind === "new") {
      const newKey = this.#newKey(() => this.#encryption.setUp(this.question.ask));
      this.#task.value = { kind: "set-up", newKey, why: "encryption.set-up-text" };
      void newKey.start();
    } else if (state.kind === "unconfirmed" || (state.kind === "at-risk" && state.mend !== "alone")) {
      const { question } = this;
      const parts = { encryption: this.#encryption, verifications: this.#verifications, question };
      this.#task.value = { kind: "confirm", confirm: new ConfirmDeviceModel(parts) };
    } else if (state.kind === "at-risk") {
      const newKey = this.#newKey(() => this.#encryption.repair());
      this.#task.value = { kind: "repair", newKey, why: `encryption.problem-${state.problem}` };
    }
  }

  close(): void {
    this.question.giveUp();
    this.#task.value = { kind: "none" };
  }

  #newKey(act: () => Promise<string | undefined>): NewKeyModel {
    return new NewKeyModel(act, () => this.#noteKey());
  }

  async #noteKey(): Promise<void> {
    this.#noted.value = true;
    try {
      await this.#encryption.noteRecoveryKey();
    } catch (error) {
      this.#noted.value = false;
      throw error;
    }
  }
}

export function bannerOf(state: EncryptionState): Banner | undefined {
  switch (state.kind) {
    case "new":
      return { text: "encryption.set-up-missing", action: "encryption.set-up" };
    case "unconfirmed":
      return { text: "encryption.unconfirmed", action: "encryption.confirm-device" };
    case "at-risk":
      return {
        text: `encryption.problem-${state.problem}`,
        action: state.mend === "alone" ? "encryption.repair" : "encryption.confirm-again",
      };
    default:
      return undefined;
  }
}
