// How the person wants the app to be. What is about the screen stays in this browser, for each account apart; the
// choices that were used last stand where nobody is signed in, and are what the page begins with. What others see of
// the person, and when they want quiet, is kept with the account, so that all their devices agree.
import {
  type Account,
  type AccountPreferences,
  computed,
  type Live,
  type Session,
  signal,
} from "@herold/engine";

import { type PreferencesHere, preferencesHereIn } from "./here.ts";

/** Small texts that stay in this browser. */
export interface Kept {
  get(name: string): string | undefined;
  set(name: string, text: string): void;
  remove(name: string): void;
}

/** Also read by `public/first.js`, before anything is drawn. */
const LAST = "herold.preferences";

/** Until it is known who is there, nothing of them is shown to others. */
const NOBODY: AccountPreferences = {
  receipts: false,
  typing: false,
  online: false,
  findable: true,
  invitations: true,
  quietHours: undefined,
};

export class PreferencesModel {
  readonly #kept: Kept;
  readonly #here;
  readonly #account = signal<Account | undefined>(undefined);
  #userId: string | undefined;

  /** In this browser. */
  readonly here: Live<PreferencesHere>;
  /** On all devices of the account. */
  readonly everywhere: Live<AccountPreferences>;

  constructor(kept: Kept) {
    this.#kept = kept;
    this.#here = signal(preferencesHereIn(kept.get(LAST)));
    this.here = this.#here;
    this.everywhere = computed(() => this.#account.value?.preferences.value ?? NOBODY);
  }

  /** Somebody is there, with choices of their own; a new account begins with those that are in use. */
  enter({ userId, account }: Pick<Session, "userId" | "account">): void {
    this.#userId = userId;
    this.#account.value = account;
    const own = this.#kept.get(nameFor(userId));
    this.#use(own === undefined ? this.#here.peek() : preferencesHereIn(own));
  }

  /** Nobody is there: what was in use stays so. */
  leave(): void {
    this.#userId = undefined;
    this.#account.value = undefined;
  }

  /** An account is not here any more. */
  forget(userId: string): void {
    this.#kept.remove(nameFor(userId));
  }

  /** Takes effect at once. */
  change(changed: Partial<PreferencesHere>): void {
    this.#use({ ...this.#here.peek(), ...changed });
  }

  /** Takes effect at once, unless it cannot be kept. */
  async changeEverywhere(changed: Partial<AccountPreferences>): Promise<void> {
    await this.#account.peek()?.setPreferences(changed);
  }

  #use(preferences: PreferencesHere): void {
    this.#here.value = preferences;
    const text = JSON.stringify(preferences);
    this.#kept.set(LAST, text);
    if (this.#userId !== undefined) this.#kept.set(nameFor(this.#userId), text);
  }
}

function nameFor(userId: string): string {
  return `${LAST}.${userId}`;
}
