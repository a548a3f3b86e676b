// An invitation, answered: yes, no, or no and never again from this person.
import type { FailureReason, Live, Room, Session } from "@herold/engine";

import { Attempt } from "../attempt.ts";

export class InvitationModel {
  readonly #session: Pick<Session, "people">;
  readonly #attempt = new Attempt();

  readonly room: Room;
  readonly busy: Live<boolean> = this.#attempt.busy;
  readonly failure: Live<FailureReason | undefined> = this.#attempt.failure;

  constructor(session: Pick<Session, "people">, room: Room) {
    this.#session = session;
    this.room = room;
  }

  accept(): Promise<boolean> {
    return this.#attempt.make(() => this.room.accept());
  }

  /** Also takes back one's own wish to be let in. */
  decline(): Promise<boolean> {
    return this.#attempt.make(() => this.room.leave());
  }

  /** `report` is told to the administrators, where it is given. */
  declineAndIgnore(report: string | undefined): Promise<boolean> {
    const inviter = this.room.summary.peek().invitedBy;
    return this.#attempt.make(async () => {
      // Reported first: what is ignored and left could not be told of any more.
      if (inviter && report !== undefined) await this.#session.people.report(inviter.userId, report.trim());
      if (inviter) await this.#session.people.setIgnored(inviter.userId, true);
      await this.room.leave();
    });
  }
}
