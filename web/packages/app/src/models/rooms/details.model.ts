// What the person makes of a room for themselves: what it tells, where it stands, and going away.
import {
  computed,
  type FailureReason,
  type Live,
  type Room,
  type RoomDetails,
  type Session,
} from "@herold/engine";

import { Attempt } from "../attempt.ts";
import { isLastAdministrator } from "./roles.ts";

export class DetailsModel {
  readonly #attempt = new Attempt();

  readonly room: Room;
  /** Members are looked at only when this is. */
  readonly lastAdministrator: Live<boolean>;
  readonly busy: Live<boolean> = this.#attempt.busy;
  readonly failure: Live<FailureReason | undefined> = this.#attempt.failure;

  constructor(session: Pick<Session, "userId">, room: Room) {
    this.room = room;
    this.lastAdministrator = computed(() =>
      isLastAdministrator(room.members.value, session.userId, room.details.value),
    );
  }

  setNotify(notify: RoomDetails["notify"]): Promise<boolean> {
    return this.#attempt.make(() => this.room.setNotify(notify));
  }

  setFavourite(favourite: boolean): Promise<boolean> {
    return this.#attempt.make(() => this.room.setFavourite(favourite));
  }

  setLowPriority(low: boolean): Promise<boolean> {
    return this.#attempt.make(() => this.room.setLowPriority(low));
  }

  report(reason: string): Promise<boolean> {
    return this.#attempt.make(() => this.room.report(reason.trim()));
  }

  /** `forget` removes what was said from the person's own lists as well. */
  leave(forget: boolean): Promise<boolean> {
    return this.#attempt.make(async () => {
      await this.room.leave();
      if (forget) await this.room.forget();
    });
  }
}
