// The page about encryption in the settings: how things stand, the recovery key, and the keys as a file.
import { type Encryption, type FailureReason, type Live, signal } from "@herold/engine";

import { Attempt } from "../attempt.ts";
import { NewKeyModel } from "./new-key.model.ts";
import type { PasswordQuestion } from "./password-question.model.ts";

/** What is being done on the page; one thing at a time. */
export type PageTask =
  | { readonly kind: "none" }
  | { readonly kind: "change" | "reset"; readonly newKey: NewKeyModel }
  | { readonly kind: "export" }
  | { readonly kind: "import" };

export const PASSPHRASE_MIN = 8;

export class EncryptionPageModel {
  readonly #encryption: Encryption;
  readonly #question: PasswordQuestion;
  readonly #task = signal<PageTask>({ kind: "none" });
  readonly #attempt = new Attempt();
  readonly #imported = signal<number | undefined>(undefined);

  readonly state: Encryption["state"];
  readonly onlyConfirmedDevices: Live<boolean>;
  readonly task: Live<PageTask> = this.#task;
  readonly busy: Live<boolean> = this.#attempt.busy;
  readonly failure: Live<FailureReason | undefined> = this.#attempt.failure;
  /** How many keys the last file had. */
  readonly imported: Live<number | undefined> = this.#imported;

  constructor(encryption: Encryption, question: PasswordQuestion) {
    this.#encryption = encryption;
    this.#question = question;
    this.state = encryption.state;
    this.onlyConfirmedDevices = encryption.onlyConfirmedDevices;
  }

  /** Looks again, since somebody looks at it. */
  open(): void {
    this.#encryption.check().catch(() => undefined);
  }

  begin(kind: Exclude<PageTask["kind"], "none">): void {
    this.#attempt.forget();
    this.#imported.value = undefined;
    if (kind === "export" || kind === "import") {
      this.#task.value = { kind };
      return;
    }
    const act = (): Promise<string> =>
      kind === "change" ? this.#encryption.changeRecoveryKey() : this.#encryption.reset(this.#question.ask);
    const newKey = new NewKeyModel(act, () => this.#encryption.noteRecoveryKey());
    this.#task.value = { kind, newKey };
  }

  close(): void {
    this.#question.giveUp();
    this.#task.value = { kind: "none" };
  }

  setOnlyConfirmedDevices(only: boolean): void {
    this.#encryption.setOnlyConfirmedDevices(only);
  }

  /** Answers with the file, or nothing when it did not work. */
  async exportKeys(passphrase: string): Promise<Blob | undefined> {
    let file: Blob | undefined;
    await this.#attempt.make(async () => {
      file = await this.#encryption.exportKeys(passphrase);
      this.#task.value = { kind: "none" };
    });
    return file;
  }

  importKeys(file: Blob, passphrase: string): Promise<boolean> {
    return this.#attempt.make(async () => {
      this.#imported.value = await this.#encryption.importKeys(file, passphrase);
      this.#task.value = { kind: "none" };
    });
  }
}
