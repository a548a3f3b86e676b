// One conversation in the list: who, what happened last and when, and what is unread.
import type { RoomSummary } from "@herold/engine";
import { BellOff, GripVertical } from "lucide-react";
import { Button, GridListItem } from "react-aria-components";

import { Avatar } from "../../parts/avatar.tsx";
import { useSay, useTexts } from "../../parts/texts.tsx";
import { lineWords } from "../../texts/short-words.ts";
import type { Texts } from "../../texts/texts.ts";
import { shortTime } from "../../texts/times.ts";
import styles from "./room-list.module.css";

interface Props {
  /** What the list tells rows apart by. */
  readonly id: string;
  readonly room: RoomSummary;
  /** Whether it can be put somewhere else. */
  readonly ordered?: boolean;
}

export function RoomRow({ id, room, ordered = false }: Props) {
  const texts = useTexts();
  const { say, locale } = texts;
  const { unread } = room;
  const loud = unread.notifications > 0 || unread.mentions > 0 || room.membership === "invited";
  return (
    <GridListItem id={id} textValue={room.name} className={styles.row ?? ""}>
      <Avatar
        id={room.direct ?? room.roomId}
        name={room.name}
        address={room.avatar}
        square={room.direct === undefined}
      />
      <div className={styles.words} data-unread={loud || unread.marked}>
        <span className={styles.name}>{room.name}</span>
        <span className={styles.last}>{lineOf(room, texts)}</span>
      </div>
      {ordered && (
        <Button slot="drag" className={styles.grip ?? ""}>
          <GripVertical aria-hidden size={16} />
        </Button>
      )}
      <div className={styles.side}>
        {room.recencyMs > 0 && (
          <time className={styles.time}>{shortTime(room.recencyMs, Date.now(), locale, say)}</time>
        )}
        <span className={styles.marks}>
          {room.muted && <BellOff aria-label={say("rooms.muted")} size={14} />}
          <UnreadMark room={room} />
        </span>
      </div>
    </GridListItem>
  );
}

function UnreadMark({ room: { unread, membership, muted } }: { room: RoomSummary }) {
  const say = useSay();
  if (membership === "invited") return <span className={styles.badge} data-loud />;
  if (unread.notifications === 0 && unread.mentions === 0) {
    return unread.marked ? <span className={styles.dot} role="img" aria-label={say("rooms.marked")} /> : null;
  }
  const words = [
    unread.notifications > 0 && say("rooms.unread-count", { count: unread.notifications }),
    unread.mentions > 0 && say("rooms.mentions", { count: unread.mentions }),
  ].filter(Boolean);
  return (
    <span
      className={styles.badge}
      data-loud={unread.mentions > 0 || !muted}
      role="img"
      aria-label={words.join(", ")}
    >
      {unread.mentions > 0 ? "@" : ""}
      {unread.notifications > 99 ? "99+" : unread.notifications}
    </span>
  );
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
