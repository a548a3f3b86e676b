// An invitation: who invites, why, and yes or no.
import { Failure, type FailureReason, type Room } from "@herold/engine";
import { useState } from "react";

import { Avatar } from "../../parts/avatar.tsx";
import { Button } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./conversation.module.css";

export function InvitationView({ room, left }: { room: Room; left: () => void }) {
  const say = useSay();
  const { name, invitedBy, invitationReason, roomId, avatar } = useLive(room.summary);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<FailureReason>();
  const act = async (action: () => Promise<void>, done?: () => void): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    try {
      await action();
      done?.();
    } catch (error) {
      setFailure(error instanceof Failure ? error.reason : "unknown");
    }
    setBusy(false);
  };
  return (
    <section className={styles.invitation} aria-label={say("rooms.invitations")}>
      <Avatar
        id={invitedBy?.userId ?? roomId}
        name={invitedBy?.name ?? name}
        address={invitedBy?.avatar ?? avatar}
        size="large"
      />
      <h2>{say("conversation.invitation", { name: invitedBy?.name ?? name })}</h2>
      {invitedBy && <p className={styles.muted}>{invitedBy.userId}</p>}
      {invitationReason && <blockquote dir="auto">{invitationReason}</blockquote>}
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      <div className={styles.actions}>
        <Button look="primary" isDisabled={busy} onPress={() => void act(() => room.accept())}>
          {say("conversation.accept")}
        </Button>
        <Button isDisabled={busy} onPress={() => void act(() => room.leave(), left)}>
          {say("conversation.decline")}
        </Button>
      </div>
    </section>
  );
}
