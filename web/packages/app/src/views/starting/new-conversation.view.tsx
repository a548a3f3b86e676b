// A new conversation: whom with, and what it is called when there are several.
import type { FormEvent } from "react";

import type { NewConversationModel } from "../../models/starting/new-conversation.model.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog, DialogActions } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay } from "../../parts/texts.tsx";
import { PeoplePickerView } from "./people-picker.view.tsx";
import styles from "./starting.module.css";

interface Props {
  readonly model: NewConversationModel;
  readonly onClose: () => void;
  readonly onStarted: (roomId: string) => void;
}

export function NewConversationView({ model, onClose, onStarted }: Props) {
  const say = useSay();
  const kind = useLive(model.kind);
  const name = useLive(model.name);
  const busy = useLive(model.busy);
  const failure = useLive(model.failure);
  const [first] = useLive(model.picker.chosen);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const roomId = await model.start();
    if (roomId) onStarted(roomId);
  };
  return (
    <Dialog title={say("starting.conversation")} onClose={busy ? undefined : onClose}>
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        <PeoplePickerView model={model.picker} label={say("starting.whom")} />
        {kind === "group" && (
          <Field
            label={say("starting.group-name")}
            hint={say("starting.group-name-hint")}
            value={name}
            onChange={(typed) => model.rename(typed)}
            maxLength={200}
          />
        )}
        {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
        <DialogActions>
          <Button type="submit" look="primary" isDisabled={busy || kind === "nobody"}>
            {kind === "direct" && first
              ? say("starting.write-to", { name: first.name })
              : say(kind === "group" ? "starting.make-group" : "common.continue")}
          </Button>
          <Button isDisabled={busy} onPress={onClose}>
            {say("common.cancel")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
