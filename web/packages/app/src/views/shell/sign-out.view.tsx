// Signing out of an account, with what would be lost by it.
import type { Session } from "@herold/engine";
import { useEffect, useState } from "react";

import { careOf } from "../../models/encryption/care.model.ts";
import { SignOutModel } from "../../models/sign-out.model.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog, DialogActions } from "../../parts/dialog.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay } from "../../parts/texts.tsx";
import { Working } from "../encryption/working.view.tsx";

interface Props {
  readonly session: Session;
  readonly onClose: () => void;
}

export function SignOutDialog({ session, onClose }: Props) {
  const say = useSay();
  const [model] = useState(() => new SignOutModel(session));
  useEffect(() => void model.check(), [model]);
  const step = useLive(model.step);
  const busy = useLive(model.busy);
  const failure = useLive(model.failure);
  const mend = step.kind === "at-risk" ? step.mend : undefined;
  const again = (step.kind === "at-risk" && !mend) || step.kind === "unknown";
  const leave = (
    <Button
      look={step.kind === "safe" ? "primary" : "danger"}
      isDisabled={busy}
      onPress={() => void model.signOut()}
    >
      {say(step.kind === "safe" ? "shell.sign-out" : "shell.sign-out-anyway")}
    </Button>
  );
  return (
    <Dialog title={say("shell.sign-out-title", { id: session.userId })} onClose={busy ? undefined : onClose}>
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      {step.kind === "checking" ? (
        <Working>{say("shell.sign-out-checking")}</Working>
      ) : (
        <>
          {step.kind === "safe" ? (
            <p>{say("shell.sign-out-safe")}</p>
          ) : (
            <Notice kind="warning">{say(warning(step.kind, mend !== undefined))}</Notice>
          )}
          <DialogActions>
            {mend && (
              <Button
                look="primary"
                onPress={() => {
                  onClose();
                  careOf(session).act();
                }}
              >
                {say(mend)}
              </Button>
            )}
            {again && (
              <Button look="primary" isDisabled={busy} onPress={() => void model.check()}>
                {say("shell.sign-out-check-again")}
              </Button>
            )}
            {leave}
            <Button isDisabled={busy} onPress={onClose}>
              {say("common.cancel")}
            </Button>
          </DialogActions>
        </>
      )}
    </Dialog>
  );
}

function warning(kind: "at-risk" | "unknown", canBeMended: boolean) {
  if (kind === "unknown") return "shell.sign-out-unknown";
  return canBeMended ? "shell.sign-out-at-risk" : "shell.sign-out-waiting";
}
