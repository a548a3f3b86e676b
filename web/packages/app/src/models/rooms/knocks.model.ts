// Those who ask to be let in, for whoever may answer them.
import { computed, type FailureReason, type Live, type Member, type Room } from "@herold/engine";

import { Attempt } from "../attempt.ts";

export class KnocksModel {
  readonly #room: Room;
  readonly #attempt = new Attempt();

  readonly waiting: Live<readonly Member[]>;
  readonly busy: Live<boolean> = this.#attempt.busy;
  readonly failure: Live<FailureReason | undefined> = this.#attempt.failure;

  constructor(room: Room) {
    this.#room = room;
    this.waiting = computed(() => {
      const { access, rights } = room.details.value;
      const asked = access === "knock" || access === "knock-restricted";
      // Members are loaded only where somebody could wait and could be answered.
      if (!asked || !rights.invite) return [];
      return room.members.value.filter(({ membership }) => membership === "knocking");
    });
  }

  letIn(userId: string): Promise<boolean> {
    return this.#attempt.make(() => this.#room.invite(userId));
  }

  refuse(userId: string): Promise<boolean> {
    return this.#attempt.make(() => this.#room.kick(userId));
  }
}
