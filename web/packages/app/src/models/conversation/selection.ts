// Several messages at once: chosen one by one, then copied, forwarded or removed together.
import { computed, type Live, signal, type TimelineItem } from "@herold/engine";

import { mayForward, wordsToCopy } from "./messages.ts";

export class Selection {
  readonly #ids = signal<ReadonlySet<string> | undefined>(undefined);

  /** The items that are chosen; nothing when nobody chooses. */
  readonly ids: Live<ReadonlySet<string> | undefined> = this.#ids;
  /** Those of them that are here, in the order of the conversation. */
  readonly items: Live<readonly TimelineItem[]>;
  readonly forwardable: Live<boolean>;
  readonly removable: Live<boolean>;

  constructor(items: Live<readonly TimelineItem[]>) {
    this.items = computed(() => items.value.filter((item) => this.#ids.value?.has(item.id)));
    this.forwardable = computed(() => this.items.value.length > 0 && this.items.value.every(mayForward));
    this.removable = computed(
      () => this.items.value.length > 0 && this.items.value.every((item) => item.can.redact),
    );
  }

  begin(id: string): void {
    this.#ids.value = new Set([id]);
  }

  set(id: string, chosen: boolean): void {
    const ids = new Set(this.#ids.peek());
    if (chosen) ids.add(id);
    else ids.delete(id);
    this.#ids.value = ids;
  }

  end(): void {
    this.#ids.value = undefined;
  }

  /** Their words, each with who said them. */
  words(): string {
    return this.items
      .peek()
      .flatMap(({ sender, content }) => {
        const words = wordsToCopy(content);
        return words === undefined ? [] : [`${sender.name}: ${words}`];
      })
      .join("\n");
  }
}
