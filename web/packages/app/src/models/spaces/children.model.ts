// What stands in a space, one page after the other.
import {
  computed,
  type FailureReason,
  type Live,
  type Session,
  type SpaceChild,
  signal,
} from "@herold/engine";

import { Attempt } from "../attempt.ts";

export class ChildrenModel {
  readonly #session: Pick<Session, "rooms">;
  readonly #found = signal<readonly SpaceChild[]>([]);
  readonly #next = signal<string | undefined>(undefined);
  readonly #loaded = signal(false);
  readonly #attempt = new Attempt();

  readonly spaceId: string;
  readonly all: Live<readonly SpaceChild[]> = this.#found;
  readonly loaded: Live<boolean> = this.#loaded;
  readonly hasMore: Live<boolean>;
  readonly busy: Live<boolean> = this.#attempt.busy;
  readonly failure: Live<FailureReason | undefined> = this.#attempt.failure;

  constructor(session: Pick<Session, "rooms">, spaceId: string) {
    this.#session = session;
    this.spaceId = spaceId;
    this.hasMore = computed(() => this.#next.value !== undefined);
  }

  /** From the beginning. */
  load(): Promise<boolean> {
    return this.#attempt.make(async () => {
      const page = await this.#session.rooms.children(this.spaceId);
      this.#found.value = page.found;
      this.#next.value = page.next;
      this.#loaded.value = true;
    });
  }

  loadMore(): Promise<boolean> {
    const next = this.#next.peek();
    if (!next) return Promise.resolve(false);
    return this.#attempt.make(async () => {
      const page = await this.#session.rooms.children(this.spaceId, next);
      this.#found.value = [...this.#found.peek(), ...page.found];
      this.#next.value = page.next;
    });
  }

  /** What was changed here is shown before the server has told of it. */
  show(changed: readonly SpaceChild[]): void {
    this.#found.value = changed;
  }
}
