// A room that one is not in any more: the way back, and the way to forget it.
import type { Room, Session } from "@herold/engine";
import { useState } from "react";

import { Attempt } from "../../models/attempt.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { Button } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./conversation.module.css";

interface Props {
  readonly session: Session;
  readonly room: Room;
  readonly onForgotten: () => void;
}

export function LeftView({ session, room, onForgotten }: Props) {
  const say = useSay();
  const [attempt] = useState(() => new Attempt());
  const { name, roomId, avatar, direct } = useLive(room.summary);
  const busy = useLive(attempt.busy);
  const failure = useLive(attempt.failure);
  const forget = async (): Promise<void> => {
    if (await attempt.make(() => room.forget())) onForgotten();
  };
  return (
    <section className={styles.invitation} aria-label={name}>
      <Avatar id={direct ?? roomId} name={name} address={avatar} square={!direct} size="large" />
      <h2>{say("conversation.left", { name })}</h2>
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      <div className={styles.actions}>
        <Button isDisabled={busy} onPress={() => void attempt.make(() => session.rooms.join(roomId))}>
          {say("conversation.join-again")}
        </Button>
        <Button isDisabled={busy} onPress={() => void forget()}>
          {say("conversation.forget")}
        </Button>
      </div>
    </section>
  );
}
