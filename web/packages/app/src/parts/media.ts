// What the browser is like, as style sheets ask for it: for what they cannot say.
import { useMemo, useSyncExternalStore } from "react";

export function useMedia(query: string): boolean {
  const [subscribe, matches] = useMemo(() => followed(matchMedia(query)), [query]);
  return useSyncExternalStore(subscribe, matches);
}

/** By fingers, where a keyboard comes up over what is looked at as soon as a field has the focus. */
export function useTouched(): boolean {
  return useMedia("(pointer: coarse)");
}

function followed(media: MediaQueryList) {
  const subscribe = (changed: () => void) => {
    media.addEventListener("change", changed);
    return () => media.removeEventListener("change", changed);
  };
  return [subscribe, () => media.matches] as const;
}
