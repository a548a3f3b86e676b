// The messages that somebody pinned, the newest pin first.
import type { Room, TimelineItem } from "@herold/engine";
import { PinOff } from "lucide-react";
import { useEffect, useState } from "react";

import type { AppModel } from "../../models/app.model.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { Button, IconButton } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { useSay, useTexts } from "../../parts/texts.tsx";
import { fullTime } from "../../texts/times.ts";
import { ContentView } from "../conversation/contents/content.view.tsx";
import type { PanelProps } from "../panel/panels.ts";
import styles from "./pinned.module.css";

export function PinnedView({ app, room }: PanelProps<"pinned">) {
  const say = useSay();
  const { pinned } = useLive(room.details);
  if (pinned.length === 0) return <p className={styles.nothing}>{say("message.none-pinned")}</p>;
  return (
    <ul className={styles.list}>
      {pinned.toReversed().map((eventId) => (
        <PinnedMessage key={eventId} app={app} room={room} eventId={eventId} />
      ))}
    </ul>
  );
}

interface Props {
  readonly app: AppModel;
  readonly room: Room;
  readonly eventId: string;
}

function PinnedMessage({ app, room, eventId }: Props) {
  const { say, locale } = useTexts();
  const item = useMessage(room, eventId);
  const { rights } = useLive(room.details);
  return (
    <li className={styles.message}>
      {item === undefined && <p role="status">{say("common.loading")}</p>}
      {item === "gone" && <p className={styles.gone}>{say("message.reply-not-here")}</p>}
      {item && item !== "gone" && (
        <>
          <div className={styles.head}>
            <Avatar
              id={item.sender.userId}
              name={item.sender.name}
              address={item.sender.avatar}
              size="small"
            />
            <strong>{item.sender.name}</strong>
            <time dateTime={new Date(item.atMs).toISOString()}>{fullTime(item.atMs, locale)}</time>
          </div>
          <ContentView app={app} item={item} />
        </>
      )}
      <div className={styles.foot}>
        {item && item !== "gone" && (
          <div className={styles.show}>
            <Button look="quiet" onPress={() => app.go({ kind: "room", roomId: room.roomId, eventId })}>
              {say("message.show")}
            </Button>
          </div>
        )}
        {rights.pin && (
          <IconButton
            small
            icon={PinOff}
            label={say("message.unpin")}
            onPress={() => void room.pin(eventId, false).catch(() => undefined)}
          />
        )}
      </div>
    </li>
  );
}

/** Nothing while it is on its way. */
export function useMessage(room: Room, eventId: string | undefined): TimelineItem | "gone" | undefined {
  const [item, setItem] = useState<TimelineItem | "gone">();
  useEffect(() => {
    let left = false;
    setItem(undefined);
    if (!eventId) return undefined;
    room.message(eventId).then(
      (found) => left || setItem(found),
      () => left || setItem("gone"),
    );
    return () => {
      left = true;
    };
  }, [room, eventId]);
  return item;
}
