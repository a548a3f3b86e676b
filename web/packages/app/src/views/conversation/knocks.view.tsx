// Above the messages, for whoever may answer: who asks to be let in, and why.
import type { Member, Room } from "@herold/engine";
import { DoorOpen } from "lucide-react";
import { useMemo } from "react";

import { KnocksModel } from "../../models/rooms/knocks.model.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { Button } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./knocks.module.css";

/** All others stand in the list of members. */
const SHOWN = 3;

export function KnocksView({ room }: { room: Room }) {
  const say = useSay();
  const model = useMemo(() => new KnocksModel(room), [room]);
  const waiting = useLive(model.waiting);
  const failure = useLive(model.failure);
  if (waiting.length === 0) return null;
  return (
    <section className={styles.knocks} aria-label={say("conversation.knocks", { count: waiting.length })}>
      <p className={styles.title} role="status">
        <DoorOpen aria-hidden size={18} />
        {say("conversation.knocks", { count: waiting.length })}
      </p>
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      <ul className={styles.list}>
        {waiting.slice(0, SHOWN).map((member) => (
          <Knock key={member.userId} model={model} member={member} />
        ))}
      </ul>
    </section>
  );
}

function Knock({ model, member }: { model: KnocksModel; member: Member }) {
  const say = useSay();
  const busy = useLive(model.busy);
  const { userId, name, avatar, reason } = member;
  return (
    <li className={styles.knock}>
      <Avatar id={userId} name={name} address={avatar} />
      <span className={styles.words}>
        <strong>{name}</strong>
        <span className={styles.id}>{userId}</span>
        {reason && <q dir="auto">{reason}</q>}
      </span>
      <span className={styles.actions}>
        <Button look="primary" isDisabled={busy} onPress={() => void model.letIn(userId)}>
          {say("conversation.let-in")}
        </Button>
        <Button isDisabled={busy} onPress={() => void model.refuse(userId)}>
          {say("conversation.refuse")}
        </Button>
      </span>
    </li>
  );
}
