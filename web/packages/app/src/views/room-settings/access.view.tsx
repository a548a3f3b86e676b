// Who may enter, who reads what was said before, and whether messages are encrypted.
import type { HistoryVisibility } from "@herold/engine";
import { Lock } from "lucide-react";
import { useState } from "react";

import type { RoomSettingsModel } from "../../models/rooms/room-settings.model.ts";
import { Button } from "../../parts/button.tsx";
import { Check } from "../../parts/check.tsx";
import { Choice } from "../../parts/choice.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { ReasonDialog } from "../../parts/reason-dialog.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./room-settings.module.css";

export function AccessSettings({ model, space }: { model: RoomSettingsModel; space: boolean }) {
  const say = useSay();
  const { access, rights } = useLive(model.room.details);
  const { encrypted } = useLive(model.room.summary);
  const accesses = useLive(model.accesses);
  return (
    <section className={styles.section}>
      <Choice
        label={say("access.title")}
        value={access}
        disabled={!rights.setAccess}
        onChange={(chosen) => void model.setAccess(chosen)}
        options={accesses.map((value) => ({
          value,
          label: say(`access.${value}`),
          hint: say(`access.${value}-hint`),
        }))}
      />
      {access === "public" && encrypted && (
        <Notice kind="info">{say("room-settings.public-encrypted")}</Notice>
      )}
      {(access === "restricted" || access === "knock-restricted") && <Spaces model={model} />}
      {!space && <History model={model} />}
      {!space && <Encryption model={model} />}
    </section>
  );
}

function Spaces({ model }: { model: RoomSettingsModel }) {
  const say = useSay();
  const { accessSpaces, rights } = useLive(model.room.details);
  const spaces = useLive(model.spaces);
  return (
    <fieldset className={styles.group}>
      <legend>{say("room-settings.spaces")}</legend>
      {spaces.map(({ roomId, name }) => {
        const letIn = accessSpaces.includes(roomId);
        // The last one stays: letting in the members of no space would let in nobody.
        const last = letIn && accessSpaces.length === 1;
        return (
          <Check
            key={roomId}
            checked={letIn}
            disabled={!rights.setAccess || last}
            onChange={(on) => void model.setAccessSpace(roomId, on)}
          >
            {name}
          </Check>
        );
      })}
    </fieldset>
  );
}

const HISTORIES: readonly HistoryVisibility[] = ["shared", "invited", "joined", "world"];

function History({ model }: { model: RoomSettingsModel }) {
  const say = useSay();
  const { history, rights } = useLive(model.room.details);
  return (
    <Choice
      label={say("room-settings.history")}
      hint={say("room-settings.history-hint")}
      value={history}
      disabled={!rights.setHistory}
      onChange={(chosen) => void model.setHistory(chosen)}
      options={HISTORIES.map((value) => ({ value, label: say(`room-settings.history-${value}`) }))}
    />
  );
}

function Encryption({ model }: { model: RoomSettingsModel }) {
  const say = useSay();
  const { encrypted } = useLive(model.room.summary);
  const { rights } = useLive(model.room.details);
  const busy = useLive(model.busy);
  const failure = useLive(model.failure);
  const [asking, setAsking] = useState(false);
  if (encrypted) return <p className={styles.muted}>{say("panel.encrypted")}</p>;
  return (
    <div className={styles.group}>
      <p className={styles.muted}>{say("panel.not-encrypted")}</p>
      {rights.encrypt && (
        <Button icon={Lock} isDisabled={busy} onPress={() => setAsking(true)}>
          {say("room-settings.encrypt")}
        </Button>
      )}
      {asking && (
        <ReasonDialog
          title={say("room-settings.encrypt-title")}
          text={<p>{say("room-settings.encrypt-text")}</p>}
          action={say("room-settings.encrypt")}
          danger={false}
          busy={busy}
          failure={failure}
          onClose={() => setAsking(false)}
          onConfirm={() => void model.encrypt().then((done) => done && setAsking(false))}
        />
      )}
    </div>
  );
}
