// The page about privacy in the settings: what others see, who may invite, and who is not listened to.
import {
  type AccountAbilities,
  computed,
  type FailureReason,
  type Live,
  type Profile,
  type Session,
  signal,
} from "@herold/engine";

import { Attempt } from "../attempt.ts";

export class PrivacyPageModel {
  readonly #session: Pick<Session, "account" | "people">;
  readonly #abilities = signal<AccountAbilities | undefined>(undefined);
  readonly #profiles = signal<ReadonlyMap<string, Profile>>(new Map());
  readonly #attempt = new Attempt();

  readonly mayRefuseInvitations: Live<boolean>;
  readonly ignored: Live<readonly Profile[]>;
  readonly busy: Live<boolean> = this.#attempt.busy;
  readonly failure: Live<FailureReason | undefined> = this.#attempt.failure;

  constructor(session: Pick<Session, "account" | "people">) {
    this.#session = session;
    this.mayRefuseInvitations = computed(() => this.#abilities.value?.refuseInvitations === true);
    this.ignored = computed(() => {
      const known = this.#profiles.value;
      return session.people.ignored.value.map(
        (userId) => known.get(userId) ?? { userId, name: userId, avatar: undefined },
      );
    });
  }

  async load(): Promise<void> {
    const { account, people } = this.#session;
    const abilities = account.abilities().then((known) => {
      this.#abilities.value = known;
    });
    const profiles = people.ignored.peek().map(async (userId) => {
      const profile = await people.profile(userId);
      this.#profiles.value = new Map(this.#profiles.peek()).set(userId, profile);
    });
    // Whoever has no profile is called by their id, and what the server does not say is not offered.
    await Promise.allSettled([abilities, ...profiles]);
  }

  stopIgnoring(userId: string): Promise<boolean> {
    return this.#attempt.make(() => this.#session.people.setIgnored(userId, false));
  }

  /** Something about it is changed; whether that went well is told on the page. */
  change(act: () => Promise<void>): Promise<boolean> {
    return this.#attempt.make(act);
  }
}
