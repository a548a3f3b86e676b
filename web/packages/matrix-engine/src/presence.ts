// Whether somebody is there: followed only while it is looked at.
import { type Live, type Presence, signal } from "@herold/engine";
import { type MatrixClient, type User, UserEvent } from "matrix-js-sdk";

import { equal } from "./equal.ts";

const UNKNOWN: Presence = { state: "unknown", activeAtMs: undefined, status: undefined };
const STATES: Record<string, Presence["state"]> = {
  online: "online",
  unavailable: "away",
  offline: "offline",
};
const EVENTS = [UserEvent.Presence, UserEvent.LastPresenceTs, UserEvent.CurrentlyActive] as const;

export class Presences {
  readonly #client: MatrixClient;
  readonly #known = new Map<string, Live<Presence>>();

  constructor(client: MatrixClient) {
    this.#client = client;
  }

  of(userId: string): Live<Presence> {
    const known = this.#known.get(userId);
    if (known) return known;
    const look = (): void => {
      const now = presenceOf(this.#client.getUser(userId));
      if (!equal(now, presence.peek())) presence.value = now;
    };
    const changed = (_event: unknown, user: User): void => {
      if (user.userId === userId) look();
    };
    const presence = signal(UNKNOWN, {
      watched: () => {
        for (const event of EVENTS) this.#client.on(event, changed);
        look();
      },
      unwatched: () => {
        for (const event of EVENTS) this.#client.off(event, changed);
      },
    });
    this.#known.set(userId, presence);
    return presence;
  }
}

/** Whom the server never spoke of may be there or not. */
export function presenceOf(
  user:
    | Pick<User, "events" | "presence" | "lastActiveAgo" | "lastPresenceTs" | "presenceStatusMsg">
    | null
    | undefined,
): Presence {
  if (!user?.events.presence) return UNKNOWN;
  const ago: unknown = user.lastActiveAgo;
  return {
    state: STATES[user.presence] ?? "unknown",
    activeAtMs: typeof ago === "number" ? user.lastPresenceTs - ago : undefined,
    status: user.presenceStatusMsg || undefined,
  };
}
