// A message is told to those who run the server.
import { useState } from "react";

import { Attempt } from "../../../models/attempt.ts";
import type { ConversationModel } from "../../../models/conversation.model.ts";
import { Button } from "../../../parts/button.tsx";
import { Dialog, DialogActions } from "../../../parts/dialog.tsx";
import { Field } from "../../../parts/field.tsx";
import { useLive } from "../../../parts/live.ts";
import { Notice } from "../../../parts/notice.tsx";
import { useSay } from "../../../parts/texts.tsx";

export function ReportView({ model, eventId }: { model: ConversationModel; eventId: string }) {
  const say = useSay();
  const [attempt] = useState(() => new Attempt());
  const [reason, setReason] = useState("");
  const [done, setDone] = useState(false);
  const busy = useLive(attempt.busy);
  const failure = useLive(attempt.failure);
  const close = (): void => model.answered();
  if (done) {
    return (
      <Dialog title={say("message.report-title")} onClose={close}>
        <Notice kind="success">{say("message.reported")}</Notice>
        <DialogActions>
          <Button look="primary" onPress={close}>
            {say("common.done")}
          </Button>
        </DialogActions>
      </Dialog>
    );
  }
  return (
    <Dialog title={say("message.report-title")} onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void attempt.make(() => model.room.reportMessage(eventId, reason.trim())).then(setDone);
        }}
      >
        <p>{say("message.report-text")}</p>
        <Field label={say("message.reason")} value={reason} onChange={setReason} isRequired />
        {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
        <DialogActions>
          <Button look="danger" type="submit" isDisabled={busy}>
            {say("message.report")}
          </Button>
          <Button onPress={close}>{say("common.cancel")}</Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
