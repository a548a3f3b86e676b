// Lets others see what time it is where the person is.
import type { Session } from "@herold/engine";
import { useEffect, useState } from "react";

import { TimeZoneModel } from "../../../models/settings/time-zone.model.ts";
import { Toggle } from "../../../parts/check.tsx";
import { useLive } from "../../../parts/live.ts";
import { Notice } from "../../../parts/notice.tsx";
import { useSay } from "../../../parts/texts.tsx";
import styles from "./privacy.module.css";

const here = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export function TimeZoneView({ session }: { session: Session }) {
  const say = useSay();
  const [model] = useState(() => new TimeZoneModel(session, here()));
  useEffect(() => void model.load(), [model]);
  const told = useLive(model.told);
  const busy = useLive(model.busy);
  const failure = useLive(model.failure);
  return (
    <div>
      <Toggle checked={told !== undefined} disabled={busy} onChange={(on) => void model.tell(on)}>
        {say("privacy.time-zone")}
      </Toggle>
      <p className={styles.hint}>{say("privacy.time-zone-text", { zone: told ?? model.here })}</p>
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
    </div>
  );
}
