// Above a conversation: somebody in it has another identity than before.
import type { ChangedIdentity, Session } from "@herold/engine";
import { ShieldAlert } from "lucide-react";
import { useMemo } from "react";

import { IdentityModel } from "../../models/identity/identity.model.ts";
import { Button } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./identity.module.css";

interface Props {
  readonly session: Pick<Session, "encryption" | "verifications">;
  readonly roomId: string;
}

/** One at a time, the worst first; nothing while all is as it was. */
export function ChangedIdentitiesView({ session, roomId }: Props) {
  const live = useMemo(() => session.encryption.changedIdentities(roomId), [session, roomId]);
  const changed = useLive(live);
  const worst = changed.find(({ wasConfirmed }) => wasConfirmed) ?? changed[0];
  return worst && <Changed key={worst.userId} session={session} who={worst} more={changed.length - 1} />;
}

function Changed({ session, who, more }: { session: Props["session"]; who: ChangedIdentity; more: number }) {
  const say = useSay();
  const model = useMemo(() => new IdentityModel(session, who.userId), [session, who.userId]);
  const busy = useLive(model.busy);
  const failure = useLive(model.failure);
  const { name } = who;
  return (
    <section className={styles.changed} data-worse={who.wasConfirmed} aria-label={say("identity.title")}>
      <ShieldAlert aria-hidden size={20} />
      <div className={styles.words} role="status">
        <p>
          {say(who.wasConfirmed ? "identity.changed-after-confirmation" : "identity.changed", { name })}{" "}
          {more > 0 && <strong>{say("identity.more", { count: more })}</strong>}
        </p>
        {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      </div>
      <div className={styles.actions}>
        <Button isDisabled={busy} onPress={() => void model.confirm()}>
          {say("identity.confirm-again")}
        </Button>
        <Button look="quiet" isDisabled={busy} onPress={() => void model.accept()}>
          {say("identity.accept")}
        </Button>
      </div>
    </section>
  );
}
