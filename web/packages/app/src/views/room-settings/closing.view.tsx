// The end of a room for everybody, asked for twice.
import type { Session } from "@herold/engine";
import { Trash2 } from "lucide-react";
import { useState } from "react";

import { ClosingModel } from "../../models/rooms/closing.model.ts";
import type { RoomSettingsModel } from "../../models/rooms/room-settings.model.ts";
import { Button } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { ReasonDialog } from "../../parts/reason-dialog.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./room-settings.module.css";

interface Props {
  readonly session: Session;
  readonly settings: RoomSettingsModel;
  readonly onClosed: () => void;
}

export function ClosingSettings({ session, settings, onClosed }: Props) {
  const say = useSay();
  const [model] = useState(() => new ClosingModel(session, settings.room));
  const possible = useLive(model.possible);
  const others = useLive(model.others);
  const done = useLive(model.done);
  const busy = useLive(model.busy);
  const failure = useLive(model.failure);
  const [asking, setAsking] = useState(false);
  if (!possible) return null;
  return (
    <section className={styles.section}>
      <h3 className={styles.heading}>{say("room-settings.close")}</h3>
      <p className={styles.muted}>{say("room-settings.close-text")}</p>
      <Button icon={Trash2} look="danger" onPress={() => setAsking(true)}>
        {say("room-settings.close")}
      </Button>
      {asking && (
        <ReasonDialog
          title={say("room-settings.close")}
          text={
            <>
              <p>{say("room-settings.close-question", { count: others })}</p>
              {busy && (
                <progress value={done} max={done + others} aria-label={say("room-settings.close-progress")} />
              )}
            </>
          }
          action={say("room-settings.close-action")}
          busy={busy}
          failure={failure}
          onClose={() => setAsking(false)}
          onConfirm={() => void model.close().then((closed) => closed && onClosed())}
        />
      )}
    </section>
  );
}
