// To a day of the conversation.
import { useState } from "react";

import { Attempt } from "../../../models/attempt.ts";
import type { ConversationModel } from "../../../models/conversation.model.ts";
import { Button } from "../../../parts/button.tsx";
import { Dialog, DialogActions } from "../../../parts/dialog.tsx";
import { Field } from "../../../parts/field.tsx";
import { useLive } from "../../../parts/live.ts";
import { Notice } from "../../../parts/notice.tsx";
import { useSay } from "../../../parts/texts.tsx";

export function DateView({ model }: { model: ConversationModel }) {
  const say = useSay();
  const [attempt] = useState(() => new Attempt());
  const [day, setDay] = useState("");
  const busy = useLive(attempt.busy);
  const failure = useLive(attempt.failure);
  // What a field for dates holds is midnight where the person is, once it has a time.
  const atMs = new Date(`${day}T00:00`).getTime();
  return (
    <Dialog title={say("conversation.to-date")} onClose={() => model.answered()}>
      <form
        onSubmit={async (event) => {
          event.preventDefault();
          if (await attempt.make(() => model.goToDate(atMs))) model.answered();
        }}
      >
        <Field type="date" label={say("conversation.date")} value={day} onChange={setDay} autoFocus />
        {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
        <DialogActions>
          <Button look="primary" type="submit" isDisabled={busy || Number.isNaN(atMs)}>
            {say("conversation.go")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
