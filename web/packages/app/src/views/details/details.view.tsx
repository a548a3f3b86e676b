// Everything about a room at a glance, and the ways to its parts.
import { Lock, LockOpen, Users } from "lucide-react";

import { Avatar } from "../../parts/avatar.tsx";
import { useLive } from "../../parts/live.ts";
import { useSay } from "../../parts/texts.tsx";
import type { PanelProps } from "../panel/panels.ts";
import styles from "./details.module.css";

export function DetailsView({ room }: PanelProps<"details">) {
  const say = useSay();
  const summary = useLive(room.summary);
  const details = useLive(room.details);
  const Encryption = summary.encrypted ? Lock : LockOpen;
  return (
    <div className={styles.details}>
      <div className={styles.who}>
        <Avatar
          id={summary.direct ?? summary.roomId}
          name={summary.name}
          address={summary.avatar}
          square={summary.direct === undefined}
          size="large"
        />
        <h3 className={styles.name}>{summary.name}</h3>
        {details.alias && <p className={styles.muted}>{details.alias}</p>}
      </div>
      {details.topic && (
        <p className={styles.topic} dir="auto">
          {details.topic}
        </p>
      )}
      <p className={styles.fact}>
        <Users aria-hidden size={18} />
        {say("conversation.members", { count: details.memberCount })}
      </p>
      <p className={styles.fact}>
        <Encryption aria-hidden size={18} />
        {say(summary.encrypted ? "panel.encrypted" : "panel.not-encrypted")}
      </p>
    </div>
  );
}
