// The operator has documents that have to be agreed to, on a page of the server, before anything else is answered.
import type { Session } from "@herold/engine";
import { useState } from "react";

import { Button } from "../../parts/button.tsx";
import { Dialog, DialogActions } from "../../parts/dialog.tsx";
import { useSay } from "../../parts/texts.tsx";
import { SignOutDialog } from "./sign-out.view.tsx";

export function ConsentDialog({ session, page }: { session: Session; page: string }) {
  const say = useSay();
  const [leaving, setLeaving] = useState(false);
  if (leaving) return <SignOutDialog session={session} onClose={() => setLeaving(false)} />;
  return (
    <Dialog title={say("shell.consent-title")}>
      <p>{say("shell.consent-text")}</p>
      <p>
        <a href={page} target="_blank" rel="noreferrer noopener">
          {say("shell.consent-open")}
        </a>
      </p>
      <DialogActions>
        <Button look="primary" onPress={() => void session.consented()}>
          {say("shell.consent-given")}
        </Button>
        <Button onPress={() => setLeaving(true)}>{say("shell.sign-out")}</Button>
      </DialogActions>
    </Dialog>
  );
}
