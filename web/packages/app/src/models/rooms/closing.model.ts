// The end of a room for everybody: nobody can enter, everybody is removed, and whoever closes it goes last.
import {
  computed,
  type FailureReason,
  type Live,
  type Member,
  type Room,
  type Session,
  signal,
} from "@herold/engine";

import { Attempt } from "../attempt.ts";
import { standsBelow } from "./roles.ts";

export class ClosingModel {
  readonly #attempt = new Attempt();
  readonly #done = signal(0);
  readonly #inside: Live<readonly Member[]>;

  readonly room: Room;
  /** Everybody else who is or may come in. */
  readonly others: Live<number>;
  /** Only whoever stands above all others can. */
  readonly possible: Live<boolean>;
  /** How many were removed, while it is being done. */
  readonly done: Live<number> = this.#done;
  readonly busy: Live<boolean> = this.#attempt.busy;
  readonly failure: Live<FailureReason | undefined> = this.#attempt.failure;

  constructor(session: Pick<Session, "userId">, room: Room) {
    this.room = room;
    this.#inside = computed(() =>
      room.members.value.filter(
        ({ userId, membership }) =>
          userId !== session.userId && membership !== "left" && membership !== "banned",
      ),
    );
    this.others = computed(() => this.#inside.value.length);
    this.possible = computed(() => {
      const details = room.details.value;
      const known = room.members.value.filter(({ membership }) => membership === "joined").length;
      return (
        // Whoever is not known yet could stand above, and would be left behind.
        known >= details.memberCount &&
        details.rights.kick &&
        details.rights.setAccess &&
        this.#inside.value.every(({ powerLevel }) => standsBelow(powerLevel, details))
      );
    });
  }

  /** What was done stays done when it stops in between, and goes on from there. */
  close(): Promise<boolean> {
    return this.#attempt.make(async () => {
      const { access, alias } = this.room.details.peek();
      if (await this.room.listed()) await this.room.setListed(false);
      if (alias) await this.room.setMainAddress(undefined);
      if (access !== "invite") await this.room.change({ access: "invite" });
      this.#done.value = 0;
      for (const { userId } of this.#inside.peek()) {
        await this.room.kick(userId);
        this.#done.value += 1;
      }
      await this.room.leave();
      await this.room.forget();
    });
  }
}
