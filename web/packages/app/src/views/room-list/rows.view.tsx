// The rows of the list, in their sections: drawn only where they are looked at, walked through with the arrow keys.
// Favourites are put into order by dragging, or with Alt and an arrow key.
// biome-ignore-all lint/a11y/useSemanticElements: a table cannot be drawn in parts
// biome-ignore-all lint/a11y/useFocusableInteractive: rows of rooms have the focus, nothing else in the list
import { useLayoutEffect, useMemo, useRef, useState } from "react";

import type { AppModel } from "../../models/app.model.ts";
import type { RoomListModel, RoomSection, SectionKind } from "../../models/room-list.model.ts";
import { HEADING_PX, type PlacedSection, ROW_PX, RoomPlaces } from "../../models/room-places.ts";
import { isFocusLost } from "../../parts/focus.ts";
import { useLive } from "../../parts/live.ts";
import { useSeen } from "../../parts/seen.ts";
import { useSay } from "../../parts/texts.tsx";
import type { TextKey } from "../../texts/keys.ts";
import { useOrdering } from "./ordering.ts";
import styles from "./room-list.module.css";
import { RoomRow } from "./room-row.view.tsx";
import { useWalking } from "./walking.ts";

const HEADINGS: Record<SectionKind, TextKey> = {
  invitations: "rooms.invitations",
  favourites: "rooms.favourites",
  rooms: "shell.rooms",
  "low-priority": "rooms.low-priority",
};

interface Props {
  readonly app: AppModel;
  readonly model: RoomListModel;
  readonly sections: readonly RoomSection[];
}

export function RowsView({ app, model, sections }: Props) {
  const say = useSay();
  const route = useLive(app.route);
  const open = route.kind === "room" ? route.roomId : undefined;
  const list = useRef<HTMLDivElement>(null);
  const seen = useSeen(list, ROW_PX);
  const places = useMemo(() => new RoomPlaces(sections), [sections]);
  /** The room that had the focus last. */
  const [current, setCurrent] = useState<string>();
  const stop = Math.max(0, places.placeOf(current), current === undefined ? places.placeOf(open) : -1);
  // On a phone the conversation stands in its place.
  const hidden = seen.toPx === seen.fromPx;
  const ordering = useOrdering(model, places, list);
  const walk = useWalking({
    places,
    list,
    open: (roomId) => app.go({ kind: "room", roomId }),
    focus: setCurrent,
    reorder: ordering.step,
  });

  // The row may have had to be drawn first.
  useLayoutEffect(() => {
    const focused = document.activeElement;
    if (current === undefined || !focused || !list.current?.contains(focused)) return;
    const row = list.current.querySelector<HTMLElement>(`[data-place="${places.placeOf(current)}"]`);
    if (row !== focused) row?.focus({ preventScroll: true });
  }, [current, places]);

  // Whoever comes back to it on a phone goes on where they were.
  const away = useRef(hidden);
  useLayoutEffect(() => {
    const back = away.current && !hidden && isFocusLost();
    away.current = hidden;
    if (!back) return;
    list.current?.querySelector<HTMLElement>('[data-place][tabindex="0"]')?.focus({ preventScroll: true });
  }, [hidden]);

  const section = ({ kind, topPx, line, rows }: PlacedSection) => (
    <div key={kind} role="rowgroup" aria-label={say(HEADINGS[kind])}>
      <div
        role="row"
        aria-rowindex={line}
        className={styles.heading}
        style={{ insetBlockStart: topPx, blockSize: HEADING_PX }}
      >
        <span role="rowheader">{say(HEADINGS[kind])}</span>
      </div>
      {rows.map(({ room, place, topPx: atPx }) => (
        <RoomRow
          key={room.roomId}
          room={room}
          place={place}
          topPx={atPx}
          line={line + 1 + (atPx - topPx - HEADING_PX) / ROW_PX}
          open={room.roomId === open}
          stop={place === stop}
          ordered={kind === "favourites" && ordering.possible}
          dragged={room.roomId === ordering.dragged}
        />
      ))}
    </div>
  );

  return (
    <>
      <div
        role="grid"
        aria-label={say("shell.rooms")}
        aria-rowcount={places.lines}
        ref={list}
        className={styles.rooms}
        {...walk}
        {...ordering.handlers}
      >
        <div role="presentation" className={styles.all} style={{ blockSize: places.heightPx }}>
          {places.between(seen.fromPx, seen.toPx, hidden ? -1 : stop).map(section)}
          {ordering.gapPx !== undefined && (
            <div role="presentation" className={styles.gap} style={{ insetBlockStart: ordering.gapPx }} />
          )}
        </div>
      </div>
      <p role="status" className="visually-hidden">
        {ordering.said}
      </p>
    </>
  );
}
