// The head of a conversation: where one is, with the way to everything about it.
import type { Room, Session } from "@herold/engine";
import { ArrowLeft, Lock, LockOpen } from "lucide-react";
import { Button as Pressable } from "react-aria-components";

import type { AppModel } from "../../models/app.model.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { IconButton } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { useSay } from "../../parts/texts.tsx";
import { PresenceView } from "../people/presence.view.tsx";
import styles from "./conversation.module.css";
import { HeadActions } from "./head-actions.view.tsx";

interface Props {
  readonly app: AppModel;
  readonly session: Session;
  readonly room: Room;
}

export function HeadView({ app, session, room }: Props) {
  const say = useSay();
  const summary = useLive(room.summary);
  const details = useLive(room.details);
  const route = useLive(app.route);
  const open = "panel" in route && route.panel?.kind === "details";
  return (
    <header className={styles.head}>
      <span className={styles.back}>
        <IconButton icon={ArrowLeft} label={say("common.back")} onPress={() => app.back()} />
      </span>
      <h1 className={styles.title}>
        <Pressable
          className={styles.about ?? ""}
          aria-expanded={open}
          aria-describedby="room-topic"
          onPress={() => app.showPanel(open ? undefined : { kind: "details" })}
        >
          <Avatar
            id={summary.direct ?? summary.roomId}
            name={summary.name}
            address={summary.avatar}
            square={summary.direct === undefined}
          />
          <span className={styles.words}>
            <span className={styles.name}>
              <span>{summary.name}</span>
              {!summary.space && <EncryptionMark encrypted={summary.encrypted} />}
            </span>
            <span className={styles.topic} id="room-topic">
              {details.topic ?? <Below session={session} room={room} />}
            </span>
          </span>
        </Pressable>
      </h1>
      {!summary.space && <HeadActions app={app} session={session} room={room} />}
    </header>
  );
}

/** Where nothing says what is talked about: whether the other one is there and who that is, or how many are. */
function Below({ session, room }: { session: Session; room: Room }) {
  const say = useSay();
  const { direct } = useLive(room.summary);
  const { memberCount } = useLive(room.details);
  // Whoever was invited has not answered.
  if (memberCount === 1) return say("conversation.alone");
  if (!direct) return say("conversation.members", { count: memberCount });
  return <PresenceView presence={session.people.presence(direct)} otherwise={direct} />;
}

function EncryptionMark({ encrypted }: { encrypted: boolean }) {
  const say = useSay();
  return encrypted ? (
    <Lock role="img" aria-label={say("conversation.encrypted")} size={14} />
  ) : (
    <LockOpen role="img" aria-label={say("conversation.not-encrypted")} size={14} />
  );
}
