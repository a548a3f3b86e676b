// Asks before something is done to somebody, with room for why.
import type { FailureReason } from "@herold/engine";
import { type FormEvent, type ReactNode, useState } from "react";

import { Button } from "./button.tsx";
import { Dialog, DialogActions } from "./dialog.tsx";
import { Field } from "./field.tsx";
import { Notice } from "./notice.tsx";
import styles from "./reason-dialog.module.css";
import { useSay } from "./texts.tsx";

interface Props {
  readonly title: string;
  readonly text: ReactNode;
  /** What the field for the reason is called; without it none is asked for. */
  readonly reason?: string;
  readonly required?: boolean;
  readonly action: string;
  readonly danger?: boolean;
  readonly busy: boolean;
  readonly failure: FailureReason | undefined;
  readonly onConfirm: (reason: string) => void;
  readonly onClose: () => void;
}

export function ReasonDialog(props: Props) {
  const { title, text, reason: label, required = false, action, danger = true, busy, failure } = props;
  const say = useSay();
  const [reason, setReason] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    props.onConfirm(reason);
  };
  return (
    <Dialog title={title} onClose={busy ? undefined : props.onClose}>
      <form className={styles.form} onSubmit={submit}>
        {text}
        {label && (
          <Field label={label} value={reason} onChange={setReason} rows={2} maxLength={500} autoFocus />
        )}
        {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
        <DialogActions>
          <Button
            type="submit"
            look={danger ? "danger" : "primary"}
            isDisabled={busy || (required && reason.trim() === "")}
          >
            {action}
          </Button>
          <Button isDisabled={busy} onPress={props.onClose}>
            {say("common.cancel")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
