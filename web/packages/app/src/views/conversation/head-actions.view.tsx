// What is one press away from every conversation: side by side at a desk; on a phone, where the name needs the room,
// a call is, and the rest stands in a menu.
import type { Room, Session } from "@herold/engine";
import { EllipsisVertical, MessagesSquare, Phone, Search, Video } from "lucide-react";

import type { AppModel } from "../../models/app.model.ts";
import type { Action } from "../../parts/action.ts";
import { ActionMenu } from "../../parts/action-menu.tsx";
import { IconButton } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { useSay } from "../../parts/texts.tsx";
import { CallMenu } from "../calls/call-menu.view.tsx";
import { useCalling } from "../calls/calling.ts";
import styles from "./conversation.module.css";

interface Props {
  readonly app: AppModel;
  readonly session: Session;
  readonly room: Room;
}

export function HeadActions({ app, session, room }: Props) {
  const say = useSay();
  const { membership, direct } = useLive(room.summary);
  const calling = useCalling(session, room);
  const threads = useLive(room.threads.items);
  const route = useLive(app.route);
  if (membership !== "joined") return null;
  const panel = route.kind === "room" ? route.panel?.kind : undefined;
  const news = threads.some(({ summary }) => summary.unread.notifications > 0);
  const toThreads = say(news ? "threads.open-unread" : "panel.threads");
  const more: (Action | false)[] = [
    calling?.possible === true && {
      id: "video",
      label: say("calls.start-video"),
      icon: Video,
      act: () => calling.start(true),
    },
    {
      id: "threads",
      label: toThreads,
      icon: MessagesSquare,
      act: () => app.showPanel({ kind: "threads" }),
    },
    {
      id: "search",
      label: say("search.in-room"),
      icon: Search,
      act: () => app.showPanel({ kind: "search" }),
    },
  ];
  return (
    <div className={styles.headActions}>
      {direct === undefined && session.calls.supported && (
        <CallMenu app={app} session={session} room={room} />
      )}
      {calling && (
        <>
          <IconButton
            icon={Phone}
            label={say("calls.start")}
            isDisabled={!calling.possible}
            onPress={() => calling.start(false)}
          />
          <span className={styles.atDesk}>
            <IconButton
              icon={Video}
              label={say("calls.start-video")}
              isDisabled={!calling.possible}
              onPress={() => calling.start(true)}
            />
          </span>
        </>
      )}
      <span className={`${styles.atDesk} ${styles.news}`} data-news={news}>
        <IconButton
          icon={MessagesSquare}
          label={toThreads}
          aria-expanded={panel === "threads"}
          onPress={() => app.showPanel(panel === "threads" ? undefined : { kind: "threads" })}
        />
      </span>
      <span className={styles.atDesk}>
        <IconButton
          icon={Search}
          label={say("search.in-room")}
          onPress={() => app.showPanel({ kind: "search" })}
        />
      </span>
      <span className={`${styles.onPhone} ${styles.news}`} data-news={news}>
        <ActionMenu
          icon={EllipsisVertical}
          label={say("common.more")}
          actions={more.filter((action) => action !== false)}
        />
      </span>
    </div>
  );
}
