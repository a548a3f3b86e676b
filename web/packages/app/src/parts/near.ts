// Whether something of a list that scrolls is looked at, or was: what costs something to show comes then.
import { type RefObject, useEffect, useState } from "react";

/** How much more than is in view, on each side. */
const AROUND = "50%";

/** Inside of an element with `data-scrolls`. */
export function useNear(place: RefObject<Element | null>): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (!element || near) return undefined;
    const observer = new IntersectionObserver(
      (seen) => {
        if (seen.some(({ isIntersecting }) => isIntersecting)) setNear(true);
      },
      { root: element.closest("[data-scrolls]"), rootMargin: AROUND },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [place, near]);
  return near;
}
