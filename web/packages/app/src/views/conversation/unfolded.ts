// What somebody unfolded stays so, though rows that are scrolled out of sight are not there any more.
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";

const unfolded = new Set<string>();
/** The first of more are folded again where they are not in sight. */
const UNFOLDED_MAX = 1_000;

interface Unfolding {
  readonly open: boolean;
  readonly unfold: () => void;
  /** Holds what is unfolded. */
  readonly place: RefObject<HTMLDivElement | null>;
}

/** For the item with this id, which is unfolded as well when it is `wanted`. */
export function useUnfolded(id: string, wanted: boolean): Unfolding {
  const [known, setKnown] = useState(() => unfolded.has(id));
  const [pressed, setPressed] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const open = known || pressed || wanted;
  useEffect(() => {
    if (!open) return;
    unfolded.add(id);
    const [first] = unfolded;
    if (first !== undefined && unfolded.size > UNFOLDED_MAX) unfolded.delete(first);
    setKnown(true);
  }, [open, id]);
  useLayoutEffect(() => {
    // The button is gone: whoever pressed it by keyboard reads on in the words, from their beginning.
    if (pressed) place.current?.focus({ preventScroll: true });
  }, [pressed]);
  return { open, unfold: () => setPressed(true), place };
}
