// The server wants the password again; what is on this device stays.
import { Failure, type FailureReason, type Session } from "@herold/engine";
import { type FormEvent, useState } from "react";

import type { AppModel } from "../../models/app.model.ts";
import { Button } from "../../parts/button.tsx";
import { Field } from "../../parts/field.tsx";
import { Page } from "../../parts/page.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./sign-in-again.module.css";
import { SignOutDialog } from "./sign-out.view.tsx";

export function SignInAgainView({ app, session }: { app: AppModel; session: Session }) {
  const say = useSay();
  const [password, setPassword] = useState("");
  const [failure, setFailure] = useState<FailureReason>();
  const [busy, setBusy] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    await app.signInAgain(session, password).catch((error: unknown) => {
      setFailure(error instanceof Failure ? error.reason : "unknown");
    });
    setBusy(false);
  };
  return (
    <Page title={say("shell.again-title")} text={say("shell.again-text")}>
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        <Field
          label={say("sign-in.password")}
          error={failure && say(`failure.${failure}`)}
          value={password}
          onChange={setPassword}
          type="password"
          autoComplete="current-password"
          autoFocus
          isRequired
        />
        <Button type="submit" look="primary" wide isDisabled={busy}>
          {say("sign-in.sign-in")}
        </Button>
        <Button look="quiet" onPress={() => setLeaving(true)}>
          {say("shell.sign-out")}
        </Button>
      </form>
      {leaving && <SignOutDialog session={session} onClose={() => setLeaving(false)} />}
    </Page>
  );
}
