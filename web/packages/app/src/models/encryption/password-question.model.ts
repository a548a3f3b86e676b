// The server wants the password once more: the question, for whoever is to ask it on the screen.
import { type AskPassword, type Live, signal } from "@herold/engine";

export interface Question {
  /** The last answer was not the password. */
  readonly wrong: boolean;
}

export class PasswordQuestion {
  readonly #asked = signal<Question | undefined>(undefined);
  #answered: ((password: string | undefined) => void) | undefined;

  readonly asked: Live<Question | undefined> = this.#asked;

  readonly ask: AskPassword = (wrong) => {
    this.#answered?.(undefined);
    this.#asked.value = { wrong };
    return new Promise((resolve) => {
      this.#answered = resolve;
    });
  };

  answer(password: string): void {
    this.#settle(password);
  }

  giveUp(): void {
    this.#settle(undefined);
  }

  #settle(password: string | undefined): void {
    const answered = this.#answered;
    this.#answered = undefined;
    this.#asked.value = undefined;
    answered?.(password);
  }
}
