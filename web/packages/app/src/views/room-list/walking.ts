// How one walks through the list: with the arrow keys, by the first letters of a name, with the mouse or a finger.
import { folded } from "@herold/engine";
import { type KeyboardEvent, type MouseEvent, type RefObject, useRef } from "react";

import { ROW_PX, type RoomPlaces } from "../../models/room-places.ts";

/** Letters that follow each other sooner belong to one name. */
const TYPED_TOGETHER_MS = 1_000;

interface Walk {
  readonly places: RoomPlaces;
  readonly list: RefObject<HTMLElement | null>;
  readonly open: (roomId: string) => void;
  readonly focus: (roomId: string) => void;
  /** Puts the room one up or down, if it may be. */
  readonly reorder: (roomId: string, step: 1 | -1) => boolean;
}

export function useWalking({ places, list, open, focus, reorder }: Walk) {
  const typed = useRef({ letters: "", atMs: 0 });

  const goTo = (place: number, opens: boolean): void => {
    const room = places.at(place);
    if (!room || !list.current) return;
    bringIntoSight(list.current, places.topOf(place));
    focus(room.roomId);
    if (opens) open(room.roomId);
  };

  const search = (event: KeyboardEvent, from: number): void => {
    const { letters, atMs } = typed.current;
    const together = event.timeStamp - atMs < TYPED_TOGETHER_MS;
    typed.current = { letters: (together ? letters : "") + folded(event.key), atMs: event.timeStamp };
    const wanted = typed.current.letters;
    const found = places.next(together ? from - 1 : from, ({ name }) => folded(name).startsWith(wanted));
    if (found !== undefined) goTo(found, false);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const from = placeUnder(event.target);
    const room = from === undefined ? undefined : places.at(from);
    if (from === undefined || !room || event.ctrlKey || event.metaKey) return;
    if (event.altKey) {
      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : undefined;
      if (step && reorder(room.roomId, step)) event.preventDefault();
      return;
    }
    const to = destination(event.key, from, places.count, pageOf(list.current));
    if (to !== undefined) {
      event.preventDefault();
      goTo(to, to !== from || event.key === "Enter" || event.key === " ");
    } else if (event.key.length === 1) search(event, from);
  };

  const onClick = (event: MouseEvent): void => {
    const place = placeUnder(event.target);
    if (place !== undefined) goTo(place, true);
  };

  return { onKeyDown, onClick };
}

/** The place of the row that something happened in. */
function placeUnder(target: EventTarget): number | undefined {
  const row = (target as HTMLElement).closest<HTMLElement>("[data-place]");
  return row ? Number(row.dataset.place) : undefined;
}

const pageOf = (list: HTMLElement | null): number =>
  Math.max(1, Math.floor((list?.clientHeight ?? 0) / ROW_PX) - 1);

function destination(key: string, from: number, count: number, page: number): number | undefined {
  const within = (place: number): number => Math.min(Math.max(0, place), count - 1);
  switch (key) {
    case "ArrowDown":
      return within(from + 1);
    case "ArrowUp":
      return within(from - 1);
    case "PageDown":
      return within(from + page);
    case "PageUp":
      return within(from - page);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    case "Enter":
    case " ":
      return from;
    default:
      return undefined;
  }
}

/** As little as needed. The first row brings its heading along. */
function bringIntoSight(list: HTMLElement, topPx: number): void {
  if (topPx < ROW_PX) list.scrollTop = 0;
  else if (topPx < list.scrollTop) list.scrollTop = topPx;
  else if (topPx + ROW_PX > list.scrollTop + list.clientHeight)
    list.scrollTop = topPx + ROW_PX - list.clientHeight;
}
