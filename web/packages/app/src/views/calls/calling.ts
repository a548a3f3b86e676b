// Calling the other one of a conversation, from wherever a button for it stands.
import { type CallState, type Room, type Session, signal } from "@herold/engine";

import { useLive } from "../../parts/live.ts";

export interface Calling {
  /** No call goes on, at most one that ended is still told of; and one may say something here. */
  readonly possible: boolean;
  readonly start: (video: boolean) => void;
}

const NO_CALL = signal<CallState | undefined>(undefined);

/** Nothing where nobody can be called: calls are between two. */
export function useCalling(session: Session, room: Room): Calling | undefined {
  const { membership, direct } = useLive(room.summary);
  const state = useLive(useLive(session.calls.current)?.state ?? NO_CALL);
  const others = useLive(session.calls.others);
  const { rights } = useLive(room.details);
  if (membership !== "joined" || direct === undefined || !session.calls.supported) return undefined;
  const busy = (state !== undefined && state.phase !== "ended") || others.length > 0;
  return {
    possible: !busy && rights.send,
    // What went wrong is told where the call is.
    start: (video) => void session.calls.start(room.roomId, { video }).catch(() => undefined),
  };
}
