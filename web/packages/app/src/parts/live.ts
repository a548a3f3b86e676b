// From live values to React: the only place where the two meet.
import type { Live } from "@herold/engine";
import { useCallback, useSyncExternalStore } from "react";

/** The value, drawn again when it changes. */
export function useLive<T>(live: Live<T>): T {
  const subscribe = useCallback(
    (changed: () => void) => {
      let first = true;
      return live.subscribe(() => {
        // A signal tells its value once at the start, which React has already.
        if (first) first = false;
        else changed();
      });
    },
    [live],
  );
  return useSyncExternalStore(subscribe, () => live.peek());
}
