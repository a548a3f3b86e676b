// In the panel about a person: whether they are who they say, and how to make sure.
import type { Profile, Session } from "@herold/engine";
import { ShieldAlert, ShieldCheck, ShieldQuestion } from "lucide-react";
import { useMemo } from "react";

import { IdentityModel } from "../../models/identity/identity.model.ts";
import { Button } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./identity.module.css";

interface Props {
  readonly session: Pick<Session, "encryption" | "verifications">;
  readonly person: Pick<Profile, "userId" | "name">;
}

const ICONS = {
  unknown: ShieldQuestion,
  unconfirmed: ShieldQuestion,
  confirmed: ShieldCheck,
  changed: ShieldAlert,
  "changed-after-confirmation": ShieldAlert,
};

export function IdentityView({ session, person: { userId, name } }: Props) {
  const say = useSay();
  const model = useMemo(() => new IdentityModel(session, userId), [session, userId]);
  const state = useLive(model.state);
  const busy = useLive(model.busy);
  const failure = useLive(model.failure);
  const Icon = ICONS[state];
  const changed = state === "changed" || state === "changed-after-confirmation";
  return (
    <section className={styles.identity} data-state={state} aria-label={say("identity.title")}>
      <p className={styles.line}>
        <Icon aria-hidden size={20} />
        <span>{say(`identity.${state}`, { name })}</span>
      </p>
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      <div className={styles.actions}>
        {(state === "unconfirmed" || changed) && (
          <Button look={changed ? "primary" : "plain"} isDisabled={busy} onPress={() => void model.confirm()}>
            {changed ? say("identity.confirm-again") : say("identity.confirm", { name })}
          </Button>
        )}
        {changed && (
          <Button isDisabled={busy} onPress={() => void model.accept()}>
            {say("identity.accept")}
          </Button>
        )}
      </div>
    </section>
  );
}
