// What the window is like, as style sheets ask for it: for what they cannot say, as what something is to a screen reader.
import { useMemo, useSyncExternalStore } from "react";

/** There is room for one pane: the list, the conversation, or what stands beside it. As in session.module.css. */
export const ONE_PANE = "(max-width: 46rem)";
/** What stands beside a conversation lies over it. As in session.module.css. */
export const NO_THIRD_PANE = "(max-width: 68rem)";

export function useMedia(query: string): boolean {
  const [subscribe, matches] = useMemo(() => followed(matchMedia(query)), [query]);
  return useSyncExternalStore(subscribe, matches);
}

function followed(media: MediaQueryList) {
  const subscribe = (changed: () => void) => {
    media.addEventListener("change", changed);
    return () => media.removeEventListener("change", changed);
  };
  return [subscribe, () => media.matches] as const;
}
