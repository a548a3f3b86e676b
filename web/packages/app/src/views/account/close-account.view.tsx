// The end of an account: what it means is said before, and there is no way back.
import { type FormEvent, useState } from "react";

import type { AccountPageModel } from "../../models/settings/account-page.model.ts";
import { Button } from "../../parts/button.tsx";
import { Check } from "../../parts/check.tsx";
import { Dialog, DialogActions } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay } from "../../parts/texts.tsx";
import type { TextKey } from "../../texts/keys.ts";
import styles from "./account.module.css";

const LOSSES: readonly TextKey[] = [
  "account.close-name",
  "account.close-rooms",
  "account.close-messages",
  "account.close-others",
];

export function CloseAccount({ model, onClose }: { model: AccountPageModel; onClose: () => void }) {
  const say = useSay();
  const me = useLive(model.me);
  const busy = useLive(model.closingBusy);
  const failure = useLive(model.closingFailure);
  const [password, setPassword] = useState("");
  const [erase, setErase] = useState(false);
  const [understood, setUnderstood] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void model.close({ password, erase });
  };
  const wrong = failure === "wrong-password";
  return (
    <Dialog title={say("account.close-title", { id: me.userId })} onClose={busy ? undefined : onClose}>
      <form className={styles.form} onSubmit={submit}>
        <Notice kind="warning">{say("account.close-final")}</Notice>
        <ul className={styles.losses}>
          {LOSSES.map((loss) => (
            <li key={loss}>{say(loss)}</li>
          ))}
        </ul>
        {failure && !wrong && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
        <Check checked={erase} onChange={setErase}>
          {say("account.close-erase")}
        </Check>
        <Check checked={understood} onChange={setUnderstood}>
          {say("encryption.lost-understood")}
        </Check>
        <Field
          label={say("account.password-now")}
          error={wrong ? say("failure.wrong-password") : undefined}
          value={password}
          onChange={setPassword}
          type="password"
          autoComplete="current-password"
          isRequired
        />
        <DialogActions>
          <Button type="submit" look="danger" isDisabled={busy || !understood || password === ""}>
            {say("account.close-do")}
          </Button>
          <Button isDisabled={busy} onPress={onClose}>
            {say("common.cancel")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
