// The page about the account in the settings: name and picture, the password, and closing it.
import {
  type AccountAbilities,
  type FailureReason,
  type Live,
  type PasswordChange,
  type Profile,
  type Session,
  signal,
} from "@herold/engine";

import { Attempt } from "../attempt.ts";

type Owner = Pick<Session, "me" | "people" | "account">;

export class AccountPageModel {
  readonly #owner: Owner;
  readonly #abilities = signal<AccountAbilities | undefined>(undefined);
  readonly #profile = new Attempt();
  readonly #password = new Attempt();
  readonly #passwordChanged = signal(false);
  readonly #closing = new Attempt();

  readonly me: Live<Profile>;
  /** Nothing until the server has said it. */
  readonly abilities: Live<AccountAbilities | undefined> = this.#abilities;
  readonly profileBusy: Live<boolean> = this.#profile.busy;
  readonly profileFailure: Live<FailureReason | undefined> = this.#profile.failure;
  readonly passwordBusy: Live<boolean> = this.#password.busy;
  readonly passwordFailure: Live<FailureReason | undefined> = this.#password.failure;
  readonly passwordChanged: Live<boolean> = this.#passwordChanged;
  readonly closingBusy: Live<boolean> = this.#closing.busy;
  readonly closingFailure: Live<FailureReason | undefined> = this.#closing.failure;

  constructor(owner: Owner) {
    this.#owner = owner;
    this.me = owner.me;
  }

  async load(): Promise<void> {
    try {
      this.#abilities.value = await this.#owner.account.abilities();
    } catch {
      // What the server does not say may be tried: it says no by itself.
      this.#abilities.value = {
        rename: true,
        setAvatar: true,
        changePassword: true,
        refuseInvitations: false,
      };
    }
  }

  rename(name: string): Promise<boolean> {
    return this.#profile.make(() => this.#owner.people.rename(name));
  }

  /** Nothing takes the picture away. */
  setPicture(picture: Blob | undefined): Promise<boolean> {
    return this.#profile.make(() => this.#owner.people.setAvatar(picture));
  }

  async changePassword(change: PasswordChange): Promise<boolean> {
    this.#passwordChanged.value = false;
    const changed = await this.#password.make(() => this.#owner.account.changePassword(change));
    this.#passwordChanged.value = changed;
    return changed;
  }

  /** The account is gone when it answers that it went well. */
  close(options: { readonly password: string; readonly erase: boolean }): Promise<boolean> {
    return this.#closing.make(() => this.#owner.account.deactivate(options));
  }

  /** The dialogs begin without what went wrong the last time. */
  begin(): void {
    this.#passwordChanged.value = false;
    this.#password.forget();
    this.#closing.forget();
  }
}
