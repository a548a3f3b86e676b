// The person's own account: preferences that all their devices follow, the password, and its end.
import {
  type Account,
  type AccountAbilities,
  type AccountPreferences,
  Failure,
  type Live,
  type PasswordChange,
  signal,
} from "@herold/engine";
import { type AuthDict, ClientEvent, type MatrixClient, SetPresence } from "matrix-js-sdk";

import { accountDataOf, keepPreferences, PREFERENCE_KINDS, preferencesIn } from "./account-preferences.ts";
import { withPassword } from "./encryption/password-proof.ts";
import { equal } from "./equal.ts";
import { failing } from "./failures.ts";

/** The version of the specification that says how invitations are refused. */
const REFUSES_INVITATIONS = "v1.18";

export class MatrixAccount implements Account {
  readonly #client: MatrixClient;
  readonly #closed: () => Promise<void>;
  readonly #preferences;

  readonly preferences: Live<AccountPreferences>;

  /** `closed` removes what is here of an account that is no more. */
  constructor(client: MatrixClient, closed: () => Promise<void>) {
    this.#client = client;
    this.#closed = closed;
    this.#preferences = signal(preferencesIn(accountDataOf(client)));
    this.preferences = this.#preferences;
    client.on(ClientEvent.AccountData, (event) => {
      if (PREFERENCE_KINDS.includes(event.getType())) this.#look();
    });
    // What the stores of this browser knew already comes without an event, and before the server was asked anything.
    client.once(ClientEvent.Sync, () => {
      this.#look();
      this.#sayPresence();
    });
  }

  async setPreferences(changed: Partial<AccountPreferences>): Promise<void> {
    this.#use({ ...this.#preferences.peek(), ...changed });
    try {
      await failing(() => keepPreferences(this.#client, changed));
    } catch (error) {
      this.#look();
      throw error;
    }
  }

  async abilities(): Promise<AccountAbilities> {
    const [capabilities, refuseInvitations] = await failing(() =>
      Promise.all([this.#client.getCapabilities(), this.#client.isVersionSupported(REFUSES_INVITATIONS)]),
    );
    const may = (name: string): boolean =>
      (capabilities as Record<string, { enabled?: boolean } | undefined>)[name]?.enabled !== false;
    return {
      rename: may("m.set_displayname"),
      setAvatar: may("m.set_avatar_url"),
      changePassword: may("m.change_password"),
      refuseInvitations,
    };
  }

  async changePassword({ current, next, signOutOthers }: PasswordChange): Promise<void> {
    await this.#proven(current, (auth) =>
      this.#client.setPassword((auth ?? undefined) as AuthDict, next, signOutOthers),
    );
  }

  async deactivate({ password, erase }: { password: string; erase: boolean }): Promise<void> {
    await this.#proven(password, (auth) => this.#client.deactivateAccount(auth ?? undefined, erase));
    await this.#closed();
  }

  /** Does what the server wants the password for; it was asked for already. */
  #proven<T>(password: string, request: (auth: AuthDict | null) => Promise<T>): Promise<T> {
    const answer = async (wrong: boolean): Promise<string> => {
      if (wrong) throw new Failure("wrong-password");
      return password;
    };
    return failing(() => withPassword(this.#client, answer, request));
  }

  #look(): void {
    this.#use(preferencesIn(accountDataOf(this.#client)));
  }

  #use(preferences: AccountPreferences): void {
    if (equal(preferences, this.#preferences.peek())) return;
    this.#preferences.value = preferences;
    this.#sayPresence();
  }

  /** Said with every question for news, so that it takes effect within one. */
  #sayPresence(): void {
    void this.#client.setSyncPresence(this.#preferences.peek().online ? undefined : SetPresence.Offline);
  }
}
