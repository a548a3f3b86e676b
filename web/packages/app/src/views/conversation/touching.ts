// What fingers do to a message: held, it shows what can be done with it; drawn to its end, it is answered.
import { type MouseEvent, type PointerEvent, type TouchEvent, useRef } from "react";

/** As long as phones take for it everywhere else. */
const HELD_MS = 450;
/** A finger that rests trembles. */
const STILL_PX = 10;
const DRAWN_PX = 64;

interface Wanted {
  readonly onHold: () => void;
  /** Nothing where it cannot be answered. */
  readonly onDraw: (() => void) | undefined;
}

interface Touch {
  readonly x: number;
  readonly y: number;
  readonly timer: ReturnType<typeof setTimeout>;
  /** How far it was drawn; not a number while it is not. */
  drawn: number;
}

/** Handlers of an element; it needs `touch-action: pan-y`, so that the browser leaves drawing it to the side to them. */
export function useTouching({ onHold, onDraw }: Wanted) {
  const touch = useRef<Touch>(undefined);
  const held = useRef(false);
  const end = (event: PointerEvent<HTMLElement>, answers: boolean): void => {
    const ended = touch.current;
    if (!ended) return;
    touch.current = undefined;
    clearTimeout(ended.timer);
    event.currentTarget.style.translate = "";
    if (answers && Math.abs(ended.drawn) >= DRAWN_PX) onDraw?.();
  };
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      held.current = false;
      if (event.pointerType !== "touch" || !event.isPrimary || !isWithin(event)) return;
      const timer = setTimeout(() => {
        touch.current = undefined;
        held.current = true;
        onHold();
      }, HELD_MS);
      touch.current = { x: event.clientX, y: event.clientY, timer, drawn: Number.NaN };
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const now = touch.current;
      if (!now) return;
      const [across, along] = [event.clientX - now.x, event.clientY - now.y];
      if (Math.hypot(across, along) > STILL_PX) clearTimeout(now.timer);
      const forwards = getComputedStyle(event.currentTarget).direction === "rtl" ? -1 : 1;
      const begins = Math.abs(across) > STILL_PX && Math.abs(across) > 2 * Math.abs(along);
      if (!onDraw || (Number.isNaN(now.drawn) && !begins)) return;
      now.drawn = forwards * Math.min(Math.max(across * forwards, 0), DRAWN_PX);
      event.currentTarget.style.translate = `${now.drawn}px`;
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => end(event, true),
    onPointerCancel: (event: PointerEvent<HTMLElement>) => end(event, false),
    // Letting go of what was held presses nothing, and takes the focus from nothing.
    onTouchEnd: (event: TouchEvent) => {
      if (held.current && isWithin(event)) event.preventDefault();
    },
    onClickCapture: (event: MouseEvent) => {
      if (held.current && isWithin(event)) event.stopPropagation();
      held.current = false;
    },
    // The browser's own menu would lie over ours.
    onContextMenu: (event: MouseEvent) => {
      if ((event.nativeEvent as globalThis.PointerEvent).pointerType === "touch") event.preventDefault();
    },
  };
}

/** The menu of a message is its child for React, and lies elsewhere on the page. */
function isWithin(event: PointerEvent | MouseEvent | TouchEvent): boolean {
  return event.target instanceof Node && event.currentTarget.contains(event.target);
}
