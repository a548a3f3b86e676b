// One conversation: its head, its messages, and where one writes.
import type { Session } from "@herold/engine";
import { ArrowLeft, Lock, LockOpen } from "lucide-react";

import type { AppModel } from "../../models/app.model.ts";
import type { ConversationModel } from "../../models/conversation.model.ts";
import type { Route } from "../../models/route.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { IconButton } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { useSay } from "../../parts/texts.tsx";
import { ComposerView } from "../composer/composer.view.tsx";
import styles from "./conversation.module.css";
import { InvitationView } from "./invitation.view.tsx";
import { TimelineView } from "./timeline.view.tsx";
import { TypingView } from "./typing.view.tsx";

interface Props {
  readonly app: AppModel;
  readonly route: Extract<Route, { kind: "room" }>;
  readonly model: ConversationModel;
  readonly session: Session;
}

export function ConversationView({ app, route, model }: Props) {
  const say = useSay();
  const summary = useLive(model.room.summary);
  const details = useLive(model.room.details);
  return (
    <>
      <header className={styles.head}>
        <span className={styles.back}>
          <IconButton icon={ArrowLeft} label={say("common.back")} onPress={() => app.go({ kind: "home" })} />
        </span>
        <Avatar
          id={summary.direct ?? summary.roomId}
          name={summary.name}
          address={summary.avatar}
          square={summary.direct === undefined}
        />
        <div className={styles.title}>
          <h1>
            {summary.name}
            {summary.encrypted ? (
              <Lock role="img" aria-label={say("conversation.encrypted")} size={14} />
            ) : (
              <LockOpen role="img" aria-label={say("conversation.not-encrypted")} size={14} />
            )}
          </h1>
          <p>{details.topic ?? say("conversation.members", { count: details.memberCount })}</p>
        </div>
      </header>
      {summary.membership === "invited" ? (
        <InvitationView room={model.room} left={() => app.go({ kind: "home" })} />
      ) : (
        <>
          <TimelineView app={app} model={model} eventId={route.eventId} />
          <TypingView room={model.room} />
          <ComposerView model={model.composer} allowed={details.rights.send} encrypted={summary.encrypted} />
        </>
      )}
    </>
  );
}
