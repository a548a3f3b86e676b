// A new conversation: with one person, or with several as a group.
import { computed, type FailureReason, type Live, type Session, signal } from "@herold/engine";

import { Attempt } from "../attempt.ts";
import { PeoplePickerModel } from "./people-picker.model.ts";

export class NewConversationModel {
  readonly #session: Session;
  readonly #name = signal("");
  readonly #attempt = new Attempt();

  readonly picker: PeoplePickerModel;
  readonly name: Live<string> = this.#name;
  readonly kind: Live<"nobody" | "direct" | "group">;
  readonly busy: Live<boolean> = this.#attempt.busy;
  readonly failure: Live<FailureReason | undefined> = this.#attempt.failure;

  constructor(session: Session) {
    this.#session = session;
    this.picker = new PeoplePickerModel(session.people, signal(new Set([session.userId])));
    this.kind = computed(() => {
      const { length } = this.picker.chosen.value;
      return length === 0 ? "nobody" : length === 1 ? "direct" : "group";
    });
  }

  rename(name: string): void {
    this.#name.value = name;
  }

  /** The room that was opened; nothing when it did not work. With one person it is the one that there is already. */
  async start(): Promise<string | undefined> {
    const chosen = this.picker.chosen.peek().map(({ userId }) => userId);
    const [first, ...others] = chosen;
    if (!first) return undefined;
    let roomId: string | undefined;
    await this.#attempt.make(async () => {
      roomId =
        others.length === 0
          ? await this.#session.rooms.directWith(first)
          : await this.#session.rooms.create({
              name: this.#name.peek().trim(),
              access: "invite",
              encrypted: true,
              invite: chosen,
            });
    });
    return roomId;
  }
}
