// What of a list that scrolls is looked at, with a screen more on both sides.
import { type RefObject, useEffect, useLayoutEffect, useState } from "react";

export interface Seen {
  readonly fromPx: number;
  readonly toPx: number;
}

/** In steps, so that not every pixel draws anew. */
export function useSeen(list: RefObject<HTMLElement | null>, stepPx: number): Seen {
  const [seen, setSeen] = useState<Seen>({ fromPx: 0, toPx: globalThis.innerHeight });
  const look = (): void => {
    const element = list.current;
    if (!element) return;
    const { scrollTop, clientHeight } = element;
    const fromPx = Math.floor((scrollTop - clientHeight) / stepPx) * stepPx;
    const toPx = Math.ceil((scrollTop + 2 * clientHeight) / stepPx) * stepPx;
    setSeen((before) => (before.fromPx === fromPx && before.toPx === toPx ? before : { fromPx, toPx }));
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what it looks at is there once it is drawn, and stays
  useLayoutEffect(look, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const size = new ResizeObserver(look);
    size.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      size.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, []);
  return seen;
}
