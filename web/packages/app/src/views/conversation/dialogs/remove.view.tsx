// Messages are removed for everybody: there is no way back, so it is asked.
import { useState } from "react";

import { Attempt } from "../../../models/attempt.ts";
import type { ConversationModel } from "../../../models/conversation.model.ts";
import { Button } from "../../../parts/button.tsx";
import { Dialog, DialogActions } from "../../../parts/dialog.tsx";
import { Field } from "../../../parts/field.tsx";
import { useLive } from "../../../parts/live.ts";
import { Notice } from "../../../parts/notice.tsx";
import { useSay } from "../../../parts/texts.tsx";

interface Props {
  readonly model: ConversationModel;
  readonly eventIds: readonly string[];
}

export function RemoveView({ model, eventIds }: Props) {
  const say = useSay();
  const [attempt] = useState(() => new Attempt());
  const [reason, setReason] = useState("");
  const busy = useLive(attempt.busy);
  const failure = useLive(attempt.failure);
  const close = (): void => model.answered();
  const remove = async (): Promise<void> => {
    for (const eventId of eventIds) await model.room.redact(eventId, reason.trim() || undefined);
  };
  return (
    <Dialog title={say("message.remove-title", { count: eventIds.length })} onClose={close}>
      <form
        onSubmit={async (event) => {
          event.preventDefault();
          if (!(await attempt.make(remove))) return;
          model.selection.end();
          close();
        }}
      >
        <p>{say("message.remove-text")}</p>
        <Field label={say("message.reason-optional")} value={reason} onChange={setReason} />
        {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
        <DialogActions>
          <Button look="danger" type="submit" isDisabled={busy} autoFocus>
            {say("message.remove")}
          </Button>
          <Button onPress={close}>{say("common.cancel")}</Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
