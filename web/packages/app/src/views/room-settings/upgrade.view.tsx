// A newer version of a room, and what it means to go over to it.
import { useState } from "react";

import type { RoomSettingsModel } from "../../models/rooms/room-settings.model.ts";
import { Button } from "../../parts/button.tsx";
import { Check } from "../../parts/check.tsx";
import { useLive } from "../../parts/live.ts";
import { ReasonDialog } from "../../parts/reason-dialog.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./room-settings.module.css";

interface Props {
  readonly model: RoomSettingsModel;
  readonly onUpgraded: (roomId: string) => void;
}

export function UpgradeSettings({ model, onUpgraded }: Props) {
  const say = useSay();
  const { version, rights, successor } = useLive(model.room.details);
  const newer = useLive(model.newerVersion);
  const busy = useLive(model.busy);
  const failure = useLive(model.failure);
  // Looked at here, so that they are known when they are to be invited.
  useLive(model.room.members);
  const [asking, setAsking] = useState(false);
  const [inviting, setInviting] = useState(true);
  const upgrade = async (): Promise<void> => {
    const roomId = await model.upgrade(inviting);
    if (roomId) onUpgraded(roomId);
  };
  return (
    <section className={styles.section}>
      <h3 className={styles.heading}>{say("room-settings.version")}</h3>
      <p className={styles.muted}>{say("room-settings.version-is", { version })}</p>
      {rights.upgrade && newer && !successor && (
        <Button isDisabled={busy} onPress={() => setAsking(true)}>
          {say("room-settings.upgrade", { version: newer })}
        </Button>
      )}
      {asking && newer && (
        <ReasonDialog
          title={say("room-settings.upgrade", { version: newer })}
          text={
            <>
              <p>{say("room-settings.upgrade-text")}</p>
              <Check checked={inviting} onChange={setInviting} disabled={busy}>
                {say("room-settings.upgrade-invite")}
              </Check>
            </>
          }
          action={say("room-settings.upgrade-action")}
          danger={false}
          busy={busy}
          failure={failure}
          onClose={() => setAsking(false)}
          onConfirm={() => void upgrade()}
        />
      )}
    </section>
  );
}
