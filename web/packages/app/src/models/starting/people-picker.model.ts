// Finding people in the directory, and choosing some of them.
import { computed, type FailureReason, type Live, type People, type Profile, signal } from "@herold/engine";

import { Finder } from "../finder.ts";

const FOUND_MAX = 20;

export interface FoundPerson extends Profile {
  /** Somebody else who was found has the same name, so the id has to be said with it. */
  readonly nameIsShared: boolean;
}

export class PeoplePickerModel {
  readonly #words = signal("");
  readonly #chosen = signal<readonly Profile[]>([]);
  readonly #finder;

  readonly words: Live<string> = this.#words;
  readonly chosen: Live<readonly Profile[]> = this.#chosen;
  /** Those who were found and not chosen yet. */
  readonly found: Live<readonly FoundPerson[]>;
  /** Something was asked and nobody fits. */
  readonly nobody: Live<boolean>;
  readonly failure: Live<FailureReason | undefined>;

  /** `without` are those who are never offered: the person themselves, whoever is there already. */
  constructor(people: Pick<People, "find">, without: Live<ReadonlySet<string>>) {
    this.#finder = new Finder<string, readonly Profile[]>([], (words) => people.find(words, FOUND_MAX));
    this.failure = this.#finder.failure;
    this.found = computed(() => {
      const found = this.#words.value.trim() === "" ? [] : this.#finder.found.value;
      const taken = new Set([...without.value, ...this.#chosen.value.map(({ userId }) => userId)]);
      return marked(found.filter(({ userId }) => !taken.has(userId)));
    });
    this.nobody = computed(
      () =>
        this.#words.value.trim() !== "" &&
        !this.#finder.busy.value &&
        this.#finder.failure.value === undefined &&
        this.found.value.length === 0,
    );
  }

  search(words: string): void {
    this.#words.value = words;
    if (words.trim() !== "") void this.#finder.ask(words);
  }

  /** What was typed has done its work. */
  choose(userId: string): void {
    const person = this.found.peek().find((one) => one.userId === userId);
    if (!person) return;
    const { nameIsShared: _, ...profile } = person;
    this.#chosen.value = [...this.#chosen.peek(), profile];
    this.#words.value = "";
  }

  remove(userId: string): void {
    this.#chosen.value = this.#chosen.peek().filter((one) => one.userId !== userId);
  }
}

function marked(found: readonly Profile[]): FoundPerson[] {
  const counts = new Map<string, number>();
  for (const { name } of found) counts.set(name, (counts.get(name) ?? 0) + 1);
  return found.map((person) => ({ ...person, nameIsShared: (counts.get(person.name) ?? 0) > 1 }));
}
