// The password, asked for once more in a dialog of its own.
import { type FormEvent, useState } from "react";

import type { PasswordQuestion, Question } from "../../models/encryption/password-question.model.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog, DialogActions } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { useLive } from "../../parts/live.ts";
import { useSay } from "../../parts/texts.tsx";

export function PasswordQuestionView({ model }: { model: PasswordQuestion }) {
  const asked = useLive(model.asked);
  return asked && <PasswordDialog model={model} asked={asked} />;
}

function PasswordDialog({ model, asked }: { model: PasswordQuestion; asked: Question }) {
  const say = useSay();
  const [password, setPassword] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    // A form in a dialog over a form must not send that one as well.
    event.stopPropagation();
    model.answer(password);
    setPassword("");
  };
  return (
    <Dialog title={say("encryption.password-title")} onClose={() => model.giveUp()}>
      <p>{say("encryption.password-text")}</p>
      <form onSubmit={submit}>
        <Field
          label={say("encryption.password")}
          error={asked.wrong && password === "" ? say("encryption.password-wrong") : undefined}
          value={password}
          onChange={setPassword}
          type="password"
          autoComplete="current-password"
          autoFocus
        />
        <DialogActions>
          <Button type="submit" look="primary" isDisabled={password === ""}>
            {say("common.continue")}
          </Button>
          <Button onPress={() => model.giveUp()}>{say("common.cancel")}</Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
