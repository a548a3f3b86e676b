// One conversation in the list: who, what happened last and when, and what is unread.
// biome-ignore-all lint/a11y/useSemanticElements: see rows.view.tsx
// biome-ignore-all lint/a11y/useFocusableInteractive: the row has the focus; it has one cell
import type { RoomSummary } from "@herold/engine";
import { BellOff } from "lucide-react";
import { memo, useId } from "react";

import { ROW_PX } from "../../models/room-places.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { Mishap } from "../../parts/mishap.tsx";
import { useSay, useTexts } from "../../parts/texts.tsx";
import { lineWords } from "../../texts/short-words.ts";
import type { Say, Texts } from "../../texts/texts.ts";
import { shortTime } from "../../texts/times.ts";
import styles from "./room-list.module.css";

interface Props {
  readonly room: RoomSummary;
  readonly place: number;
  readonly topPx: number;
  /** Counted from 1, with the headings. */
  readonly line: number;
  readonly open: boolean;
  /** Where the Tab key comes to. */
  readonly stop: boolean;
  readonly dragged: boolean;
  /** Whether it can be put somewhere else. */
  readonly ordered: boolean;
}

/** A room that did not change stays the same object, and is not drawn again. */
export const RoomRow = memo(function RoomRow(props: Props) {
  const { room, place, topPx, line, open, stop, dragged, ordered } = props;
  const texts = useTexts();
  const { say, locale } = texts;
  const lastId = useId();
  const { unread } = room;
  const loud = unread.notifications > 0 || unread.mentions > 0 || room.membership === "invited";
  return (
    <div
      role="row"
      // The cell is not read to those who walk from row to row.
      aria-label={[room.name, ...unreadWords(room, say)].join(", ")}
      aria-describedby={lastId}
      aria-rowindex={line}
      aria-selected={open}
      {...(ordered ? { "aria-keyshortcuts": "Alt+ArrowUp Alt+ArrowDown", draggable: true } : {})}
      className={styles.row}
      data-place={place}
      data-dragged={dragged}
      tabIndex={stop ? 0 : -1}
      style={{ insetBlockStart: topPx, blockSize: ROW_PX }}
    >
      <div role="gridcell" className={styles.cell}>
        <Mishap place="line" of={room}>
          <Avatar
            id={room.direct ?? room.roomId}
            name={room.name}
            address={room.avatar}
            square={room.direct === undefined}
          />
          <div className={styles.words} data-unread={loud || unread.marked}>
            <span className={styles.name}>{room.name}</span>
            <span className={styles.last} id={lastId}>
              {lineOf(room, texts)}
            </span>
          </div>
          <div className={styles.side}>
            {room.recencyMs > 0 && (
              <time className={styles.time}>{shortTime(room.recencyMs, Date.now(), locale, say)}</time>
            )}
            <span className={styles.marks}>
              {room.muted && <BellOff aria-label={say("rooms.muted")} size={14} />}
              <UnreadMark room={room} />
            </span>
          </div>
        </Mishap>
      </div>
    </div>
  );
});

function UnreadMark({ room }: { room: RoomSummary }) {
  const say = useSay();
  const { unread, membership, muted } = room;
  if (membership === "invited") return <span className={styles.dot} data-loud />;
  const words = unreadWords(room, say).join(", ");
  if (unread.notifications === 0 && unread.mentions === 0)
    return unread.marked ? <span className={styles.dot} role="img" aria-label={words} /> : null;
  return (
    <span className={styles.badge} data-loud={unread.mentions > 0 || !muted} role="img" aria-label={words}>
      {unread.mentions > 0 ? "@" : ""}
      {unread.notifications > 99 ? "99+" : unread.notifications}
    </span>
  );
}

function unreadWords({ unread }: RoomSummary, say: Say): string[] {
  const words = [
    unread.notifications > 0 && say("rooms.unread-count", { count: unread.notifications }),
    unread.mentions > 0 && say("rooms.mentions", { count: unread.mentions }),
  ].filter((some) => some !== false);
  return words.length === 0 && unread.marked ? [say("rooms.marked")] : words;
}

function lineOf(room: RoomSummary, texts: Texts): string {
  const { say } = texts;
  if (room.membership === "invited") {
    return room.invitationReason ?? say("rooms.invited-by", { name: room.invitedBy?.name ?? room.name });
  }
  if (room.membership === "knocking") return say("rooms.knocking");
  const { last } = room;
  if (!last) return "";
  // In a conversation between two it is clear who speaks.
  return lineWords(last, { alone: room.direct !== undefined }, texts);
}
