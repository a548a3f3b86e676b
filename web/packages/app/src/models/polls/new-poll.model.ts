// A poll that is being made.
import { computed, type Live, POLL_ANSWERS_MAX, type Room, signal } from "@herold/engine";

import { Attempt } from "../attempt.ts";

export interface AnswerField {
  readonly id: number;
  readonly text: string;
}

export class NewPollModel {
  readonly attempt = new Attempt();
  readonly #room: Room;
  readonly #thread: string | undefined;
  readonly #question = signal("");
  readonly #answers = signal<readonly AnswerField[]>([
    { id: 0, text: "" },
    { id: 1, text: "" },
  ]);
  readonly #several = signal(false);
  readonly #secret = signal(false);
  #next = 2;

  readonly question: Live<string> = this.#question;
  readonly answers: Live<readonly AnswerField[]> = this.#answers;
  readonly several: Live<boolean> = this.#several;
  readonly secret: Live<boolean> = this.#secret;
  readonly mayAdd: Live<boolean> = computed(() => this.#answers.value.length < POLL_ANSWERS_MAX);
  readonly mayRemove: Live<boolean> = computed(() => this.#answers.value.length > 2);
  readonly complete: Live<boolean> = computed(
    () => this.#question.value.trim() !== "" && this.#given.value.length >= 2,
  );
  readonly #given = computed(() =>
    this.#answers.value.map(({ text }) => text.trim()).filter((text) => text !== ""),
  );

  constructor(room: Room, thread: string | undefined) {
    this.#room = room;
    this.#thread = thread;
  }

  ask(question: string): void {
    this.#question.value = question;
  }

  answer(id: number, text: string): void {
    this.#answers.value = this.#answers.peek().map((field) => (field.id === id ? { id, text } : field));
  }

  add(): void {
    if (this.mayAdd.peek()) this.#answers.value = [...this.#answers.peek(), { id: this.#next++, text: "" }];
  }

  remove(id: number): void {
    if (this.mayRemove.peek()) this.#answers.value = this.#answers.peek().filter((field) => field.id !== id);
  }

  allowSeveral(several: boolean): void {
    this.#several.value = several;
  }

  keepSecret(secret: boolean): void {
    this.#secret.value = secret;
  }

  /** Answers whether it is on its way. */
  async start(): Promise<boolean> {
    if (!this.complete.peek()) return false;
    const answers = this.#given.peek();
    return this.attempt.make(() =>
      this.#room.startPoll({
        question: this.#question.peek().trim(),
        answers,
        maxSelections: this.#several.peek() ? answers.length : 1,
        secret: this.#secret.peek(),
        thread: this.#thread,
      }),
    );
  }
}

/** What is chosen after one answer was pressed: pressed again it is taken back. */
export function chosenAfter(chosen: readonly string[], id: string, maxSelections: number): readonly string[] {
  if (chosen.includes(id)) return chosen.filter((known) => known !== id);
  if (maxSelections === 1) return [id];
  // One too many takes the place of the first.
  return [...chosen, id].slice(-maxSelections);
}
