// An invitation: who invites, why, and yes or no.
import type { Room, Session } from "@herold/engine";
import { useState } from "react";

import { InvitationModel } from "../../models/rooms/invitation.model.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { Button } from "../../parts/button.tsx";
import { Check } from "../../parts/check.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { ReasonDialog } from "../../parts/reason-dialog.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./conversation.module.css";

interface Props {
  readonly session: Session;
  readonly room: Room;
  readonly left: () => void;
}

export function InvitationView({ session, room, left }: Props) {
  const say = useSay();
  const [model] = useState(() => new InvitationModel(session, room));
  const { name, invitedBy, invitationReason, roomId, avatar, direct, space } = useLive(room.summary);
  const busy = useLive(model.busy);
  const failure = useLive(model.failure);
  const [ignoring, setIgnoring] = useState(false);
  const inviter = invitedBy?.name ?? name;
  const title = direct
    ? "conversation.invitation"
    : space
      ? "conversation.invitation-space"
      : "conversation.invitation-room";
  return (
    <section className={styles.invitation} aria-label={say("rooms.invitations")}>
      <Avatar
        id={direct ?? roomId}
        name={direct ? inviter : name}
        address={direct ? invitedBy?.avatar : avatar}
        square={!direct}
        size="large"
      />
      <h2>{say(title, { name: inviter, room: name })}</h2>
      {invitedBy && <p className={styles.muted}>{invitedBy.userId}</p>}
      {invitationReason && <blockquote dir="auto">{invitationReason}</blockquote>}
      {failure && !ignoring && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      <div className={styles.actions}>
        <Button look="primary" isDisabled={busy} onPress={() => void model.accept()}>
          {say("conversation.accept")}
        </Button>
        <Button isDisabled={busy} onPress={() => void model.decline().then((done) => done && left())}>
          {say("conversation.decline")}
        </Button>
      </div>
      {invitedBy && (
        <Button look="quiet" isDisabled={busy} onPress={() => setIgnoring(true)}>
          {say("conversation.decline-ignore")}
        </Button>
      )}
      {ignoring && <Ignoring model={model} name={inviter} onClose={() => setIgnoring(false)} onDone={left} />}
    </section>
  );
}

interface IgnoringProps {
  readonly model: InvitationModel;
  readonly name: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

function Ignoring({ model, name, onClose, onDone }: IgnoringProps) {
  const say = useSay();
  const busy = useLive(model.busy);
  const failure = useLive(model.failure);
  const [reports, setReports] = useState(false);
  return (
    <ReasonDialog
      title={say("person.ignore-title", { name })}
      text={
        <>
          <p>{say("person.ignore-text", { name })}</p>
          <Check checked={reports} onChange={setReports}>
            {say("conversation.report-too")}
          </Check>
        </>
      }
      {...(reports ? { reason: say("person.report-reason") } : {})}
      required={reports}
      action={say("conversation.decline-ignore")}
      busy={busy}
      failure={failure}
      onClose={onClose}
      onConfirm={(reason) =>
        void model.declineAndIgnore(reports ? reason : undefined).then((done) => done && onDone())
      }
    />
  );
}

/** One asked to be let in, and nobody has answered yet. */
export function WaitingView({ session, room, left }: Props) {
  const say = useSay();
  const [model] = useState(() => new InvitationModel(session, room));
  const { name, roomId, avatar } = useLive(room.summary);
  const busy = useLive(model.busy);
  const failure = useLive(model.failure);
  return (
    <section className={styles.invitation} aria-label={name}>
      <Avatar id={roomId} name={name} address={avatar} square size="large" />
      <h2>{name}</h2>
      <p className={styles.muted}>{say("explore.waiting")}</p>
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      <Button isDisabled={busy} onPress={() => void model.decline().then((done) => done && left())}>
        {say("conversation.withdraw")}
      </Button>
    </section>
  );
}
