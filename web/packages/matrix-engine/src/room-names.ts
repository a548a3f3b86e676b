// Names of rooms that have none: the people in them, without a word of any language.
import { type RoomNameState, RoomNameType } from "matrix-js-sdk";

import { localPart, shownName } from "./names.ts";

/** Rooms where nobody else is are called by the person themselves, as one's own place. */
export function roomName(me: string, state: RoomNameState): string | null {
  switch (state.type) {
    case RoomNameType.Actual:
      return null;
    case RoomNameType.EmptyRoom:
      return (state.oldName && readable(state.oldName)) || localPart(me);
    case RoomNameType.Generated: {
      const names = state.names.map(readable).filter((name) => name !== undefined);
      // The count has the person themselves in it.
      const others = state.count - 1 - names.length;
      return names.length > 0 && others > 0 ? `${names.join(", ")} +${others}` : names.join(", ");
    }
  }
}

/** Who has no name stands there with the whole id, which is too much to read. */
const readable = (name: string): string | undefined =>
  name.startsWith("@") ? localPart(name) : shownName(name);
