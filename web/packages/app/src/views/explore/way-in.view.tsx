// The way into a room: to enter, to ask to be let in, or why there is none.
import { type FormEvent, useState } from "react";

import type { AppModel } from "../../models/app.model.ts";
import type { PreviewModel } from "../../models/preview.model.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog, DialogActions } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./explore.module.css";

export function WayInView({ app, model }: { app: AppModel; model: PreviewModel }) {
  const say = useSay();
  const room = useLive(model.preview);
  const way = useLive(model.way);
  const busy = useLive(model.busy);
  const refused = useLive(model.refused);
  const [knocking, setKnocking] = useState(false);
  if (!room || !way) return null;
  const open = (roomId: string): void => {
    app.go({ kind: room.space && way !== "accept" ? "space" : "room", roomId });
  };
  const join = async (): Promise<void> => {
    const roomId = await model.join();
    if (roomId) open(roomId);
  };
  return (
    <>
      {(way === "open" || way === "accept") && (
        <Button onPress={() => open(room.roomId)}>{say("explore.open")}</Button>
      )}
      {way === "join" && (
        <Button look="primary" isDisabled={busy} onPress={() => void join()}>
          {say("explore.join")}
        </Button>
      )}
      {way === "knock" && (
        <Button look="primary" isDisabled={busy} onPress={() => setKnocking(true)}>
          {say("explore.knock")}
        </Button>
      )}
      {(way === "waiting" || way === "banned" || way === "closed") && (
        <p className={styles.muted}>{say(`explore.${way}`)}</p>
      )}
      {refused && !knocking && <Notice kind="danger">{say(`failure.${refused}`)}</Notice>}
      {knocking && <Knocking model={model} onClose={() => setKnocking(false)} />}
    </>
  );
}

function Knocking({ model, onClose }: { model: PreviewModel; onClose: () => void }) {
  const say = useSay();
  const busy = useLive(model.busy);
  const refused = useLive(model.refused);
  const [reason, setReason] = useState("");
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (await model.knock(reason)) onClose();
  };
  return (
    <Dialog title={say("explore.knock")} onClose={busy ? undefined : onClose}>
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        <p>{say("explore.knock-text")}</p>
        <Field
          label={say("explore.reason")}
          value={reason}
          onChange={setReason}
          rows={3}
          maxLength={500}
          autoFocus
        />
        {refused && <Notice kind="danger">{say(`failure.${refused}`)}</Notice>}
        <DialogActions>
          <Button type="submit" look="primary" isDisabled={busy}>
            {say("common.send")}
          </Button>
          <Button isDisabled={busy} onPress={onClose}>
            {say("common.cancel")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
