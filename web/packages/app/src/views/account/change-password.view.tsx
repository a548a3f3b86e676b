// Another password, by the one that the person has.
import { type FormEvent, useState } from "react";

import type { AccountPageModel } from "../../models/settings/account-page.model.ts";
import { Button } from "../../parts/button.tsx";
import { Check } from "../../parts/check.tsx";
import { Dialog, DialogActions } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./account.module.css";

export function ChangePassword({ model, onClose }: { model: AccountPageModel; onClose: () => void }) {
  const say = useSay();
  const busy = useLive(model.passwordBusy);
  const failure = useLive(model.passwordFailure);
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [signOutOthers, setSignOutOthers] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (await model.changePassword({ current, next, signOutOthers })) onClose();
  };
  const text = failure && say(`failure.${failure}`);
  const own = failure === "wrong-password" || failure === "password-weak";
  return (
    <Dialog title={say("account.change-password")} onClose={busy ? undefined : onClose}>
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        {text && !own && <Notice kind="danger">{text}</Notice>}
        <Field
          label={say("account.password-now")}
          error={failure === "wrong-password" ? text : undefined}
          value={current}
          onChange={setCurrent}
          type="password"
          autoComplete="current-password"
          autoFocus
          isRequired
        />
        <Field
          label={say("account.password-next")}
          hint={say("account.password-next-hint")}
          error={failure === "password-weak" ? text : undefined}
          value={next}
          onChange={setNext}
          type="password"
          autoComplete="new-password"
          isRequired
        />
        <Check checked={signOutOthers} onChange={setSignOutOthers}>
          {say("account.sign-out-others")}
        </Check>
        <p className={styles.hint}>{say("account.sign-out-others-text")}</p>
        <DialogActions>
          <Button type="submit" look="primary" isDisabled={busy || current === "" || next === ""}>
            {say("account.change-password")}
          </Button>
          <Button isDisabled={busy} onPress={onClose}>
            {say("common.cancel")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
