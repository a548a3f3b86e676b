// Whether somebody is who they say: for the panel about a person.
import type { Encryption, FailureReason, IdentityState, Live, Verifications } from "@herold/engine";

import { Attempt } from "../attempt.ts";

export class IdentityModel {
  readonly #encryption: Encryption;
  readonly #verifications: Verifications;
  readonly #attempt = new Attempt();

  readonly userId: string;
  readonly state: Live<IdentityState>;
  readonly busy: Live<boolean> = this.#attempt.busy;
  readonly failure: Live<FailureReason | undefined> = this.#attempt.failure;

  constructor(
    session: { readonly encryption: Encryption; readonly verifications: Verifications },
    userId: string,
  ) {
    this.#encryption = session.encryption;
    this.#verifications = session.verifications;
    this.userId = userId;
    this.state = session.encryption.identity(userId);
  }

  /** The verification is shown by itself. */
  confirm(): Promise<boolean> {
    return this.#attempt.make(async () => {
      await this.#verifications.person(this.userId);
    });
  }

  accept(): Promise<boolean> {
    return this.#attempt.make(() => this.#encryption.acceptIdentity(this.userId));
  }
}
