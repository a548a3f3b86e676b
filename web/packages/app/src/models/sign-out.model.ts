// Signing out: what would be lost by it is looked for first, and may be mended before.
import { type FailureReason, type Live, type Session, signal } from "@herold/engine";

import type { TextKey } from "../texts/keys.ts";
import { Attempt } from "./attempt.ts";
import { bannerOf } from "./encryption/care.model.ts";

export type SignOutStep =
  | { readonly kind: "checking" }
  /** Everything that can be read here can be read elsewhere, or later. */
  | { readonly kind: "safe" }
  /** Messages would be lost. `mend` is what can be done about it. */
  | { readonly kind: "at-risk"; readonly mend: TextKey | undefined }
  /** It could not be found out whether messages would be lost. */
  | { readonly kind: "unknown" };

type Leaving = Pick<Session, "encryption" | "signOut">;

export class SignOutModel {
  readonly #session: Leaving;
  readonly #step = signal<SignOutStep>({ kind: "checking" });
  readonly #attempt = new Attempt();

  readonly step: Live<SignOutStep> = this.#step;
  readonly busy: Live<boolean> = this.#attempt.busy;
  readonly failure: Live<FailureReason | undefined> = this.#attempt.failure;

  constructor(session: Leaving) {
    this.#session = session;
  }

  async check(): Promise<void> {
    this.#step.value = { kind: "checking" };
    try {
      const safe = await this.#session.encryption.nothingWouldBeLost();
      const mend = bannerOf(this.#session.encryption.state.peek())?.action;
      this.#step.value = safe ? { kind: "safe" } : { kind: "at-risk", mend };
    } catch {
      this.#step.value = { kind: "unknown" };
    }
  }

  signOut(): Promise<boolean> {
    return this.#attempt.make(() => this.#session.signOut());
  }
}
