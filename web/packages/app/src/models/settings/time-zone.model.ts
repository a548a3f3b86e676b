// Whether others may know what time it is where the person is.
import { type FailureReason, type Live, type Session, signal } from "@herold/engine";

import { Attempt } from "../attempt.ts";

export class TimeZoneModel {
  readonly #session: Pick<Session, "people" | "userId">;
  readonly #told = signal<string | undefined>(undefined);
  readonly #attempt = new Attempt();

  /** Where this device is. */
  readonly here: string;
  /** What others are told. */
  readonly told: Live<string | undefined> = this.#told;
  readonly busy: Live<boolean> = this.#attempt.busy;
  readonly failure: Live<FailureReason | undefined> = this.#attempt.failure;

  constructor(session: Pick<Session, "people" | "userId">, here: string) {
    this.#session = session;
    this.here = here;
  }

  load(): Promise<boolean> {
    return this.#attempt.make(async () => {
      this.#told.value = await this.#session.people.timeZone(this.#session.userId);
    });
  }

  tell(tell: boolean): Promise<boolean> {
    const zone = tell ? this.here : undefined;
    return this.#attempt.make(async () => {
      await this.#session.people.setTimeZone(zone);
      this.#told.value = zone;
    });
  }
}
