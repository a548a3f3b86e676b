// Inviting people to a room, and telling them why.
import type { HistoryVisibility } from "@herold/engine";
import { type FormEvent, useState } from "react";

import type { MembersModel } from "../../models/rooms/members.model.ts";
import type { PeoplePickerModel } from "../../models/starting/people-picker.model.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog, DialogActions } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay } from "../../parts/texts.tsx";
import { PeoplePickerView } from "../starting/people-picker.view.tsx";
import styles from "./members.module.css";

/** In an encrypted room as well: whoever invites hands over the keys of what all members may read. */
const READ_BEFORE: ReadonlySet<HistoryVisibility> = new Set(["shared", "world"]);

export function InvitingView({ model, picker }: { model: MembersModel; picker: PeoplePickerModel }) {
  const say = useSay();
  const busy = useLive(model.busy);
  const failure = useLive(model.failure);
  const { name } = useLive(model.room.summary);
  const { history } = useLive(model.room.details);
  const { length } = useLive(picker.chosen);
  const [reason, setReason] = useState("");
  const close = (): void => model.stopInviting();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void model.invite(reason);
  };
  return (
    <Dialog title={say("members.invite-title", { name })} onClose={busy ? undefined : close}>
      <form className={styles.form} onSubmit={submit}>
        <PeoplePickerView model={picker} label={say("members.whom")} />
        <Field label={say("members.reason")} value={reason} onChange={setReason} maxLength={500} />
        <p className={styles.hint}>
          {say(READ_BEFORE.has(history) ? "members.reads-before" : "members.reads-from-now")}
        </p>
        {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
        <DialogActions>
          <Button type="submit" look="primary" isDisabled={busy || length === 0}>
            {say("members.invite")}
          </Button>
          <Button isDisabled={busy} onPress={close}>
            {say("common.cancel")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
