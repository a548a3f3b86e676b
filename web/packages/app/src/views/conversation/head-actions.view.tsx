// What is one press away from every conversation.
import type { Room, Session } from "@herold/engine";
import { MessagesSquare, Phone, Video } from "lucide-react";

import type { AppModel } from "../../models/app.model.ts";
import { IconButton } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { useSay } from "../../parts/texts.tsx";
import styles from "./conversation.module.css";

interface Props {
  readonly app: AppModel;
  readonly session: Session;
  readonly room: Room;
}

export function HeadActions({ app, session, room }: Props) {
  const say = useSay();
  const { membership, direct } = useLive(room.summary);
  const threads = useLive(room.threads.items);
  const route = useLive(app.route);
  if (membership !== "joined") return null;
  const panel = route.kind === "room" ? route.panel?.kind : undefined;
  const news = threads.some(({ summary }) => summary.unread.notifications > 0);
  return (
    <div className={styles.headActions}>
      {direct !== undefined && session.calls.supported && <CallButtons session={session} room={room} />}
      <span className={styles.news} data-news={news}>
        <IconButton
          icon={MessagesSquare}
          label={say(news ? "threads.open-unread" : "panel.threads")}
          aria-expanded={panel === "threads"}
          onPress={() => app.showPanel(panel === "threads" ? undefined : { kind: "threads" })}
        />
      </span>
    </div>
  );
}

function CallButtons({ session, room }: { session: Session; room: Room }) {
  const say = useSay();
  const call = useLive(session.calls.current);
  const { rights } = useLive(room.details);
  // What went wrong is told where the call is.
  const start = (video: boolean): void =>
    void session.calls.start(room.roomId, { video }).catch(() => undefined);
  const disabled = call !== undefined || !rights.send;
  return (
    <>
      <IconButton
        icon={Phone}
        label={say("calls.start")}
        isDisabled={disabled}
        onPress={() => start(false)}
      />
      <IconButton
        icon={Video}
        label={say("calls.start-video")}
        isDisabled={disabled}
        onPress={() => start(true)}
      />
    </>
  );
}
