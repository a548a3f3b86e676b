// How the person wants the app to be. What is about the screen stays in this browser, for each account apart; the
// choices that were used last stand where nobody is signed in, and are what the page begins with.
import { type Live, signal } from "@herold/engine";

import { type ScreenPreferences, screenPreferencesIn } from "./screen-preferences.ts";

/** Small texts that stay in this browser. */
export interface Kept {
  get(name: string): string | undefined;
  set(name: string, text: string): void;
  remove(name: string): void;
}

/** Also read by `public/first.js`, before anything is drawn. */
const LAST = "herold.preferences";

export class PreferencesModel {
  readonly #kept: Kept;
  readonly #screen;
  #userId: string | undefined;

  readonly screen: Live<ScreenPreferences>;

  constructor(kept: Kept) {
    this.#kept = kept;
    this.#screen = signal(screenPreferencesIn(kept.get(LAST)));
    this.screen = this.#screen;
  }

  /** Somebody is there, with choices of their own; a new account begins with those that are in use. */
  enter(userId: string): void {
    this.#userId = userId;
    const own = this.#kept.get(nameFor(userId));
    this.#use(own === undefined ? this.#screen.peek() : screenPreferencesIn(own));
  }

  /** Nobody is there: what was in use stays so. */
  leave(): void {
    this.#userId = undefined;
  }

  /** Takes effect at once. */
  change(changed: Partial<ScreenPreferences>): void {
    this.#use({ ...this.#screen.peek(), ...changed });
  }

  #use(preferences: ScreenPreferences): void {
    this.#screen.value = preferences;
    const text = JSON.stringify(preferences);
    this.#kept.set(LAST, text);
    if (this.#userId !== undefined) this.#kept.set(nameFor(this.#userId), text);
  }
}

function nameFor(userId: string): string {
  return `${LAST}.${userId}`;
}
