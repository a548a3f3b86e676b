// In place of the field to write into: this room was replaced, and here is the way on.
import type { Session } from "@herold/engine";
import { useState } from "react";

import type { AppModel } from "../../models/app.model.ts";
import { Attempt } from "../../models/attempt.ts";
import { Button } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./conversation.module.css";

export function SuccessorView({ app, session, roomId }: { app: AppModel; session: Session; roomId: string }) {
  const say = useSay();
  const [attempt] = useState(() => new Attempt());
  const busy = useLive(attempt.busy);
  const failure = useLive(attempt.failure);
  const go = async (): Promise<void> => {
    if (await attempt.make(() => session.rooms.join(roomId))) app.go({ kind: "room", roomId });
  };
  return (
    <section className={styles.successor} aria-label={say("conversation.replaced")}>
      <p>{say("conversation.replaced")}</p>
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      <Button look="primary" isDisabled={busy} onPress={() => void go()}>
        {say("conversation.to-successor")}
      </Button>
    </section>
  );
}
