// The dialogs in which something is done about the encryption.
import { useEffect } from "react";

import type { CareModel, Task } from "../../models/encryption/care.model.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog, DialogActions } from "../../parts/dialog.tsx";
import { useLive } from "../../parts/live.ts";
import { useSay } from "../../parts/texts.tsx";
import { ConfirmDeviceView } from "./confirm-device.view.tsx";
import { NewKeyView } from "./new-key.view.tsx";
import { PasswordQuestionView } from "./password-question.view.tsx";

export function TaskView({ model }: { model: CareModel }) {
  const task = useLive(model.task);
  return (
    <>
      {task.kind === "confirm" && <ConfirmDeviceView model={task.confirm} onClose={() => model.close()} />}
      {(task.kind === "set-up" || task.kind === "repair") && <KeyTask model={model} task={task} />}
      <PasswordQuestionView model={model.question} />
    </>
  );
}

function KeyTask({ model, task }: { model: CareModel; task: Extract<Task, { kind: "set-up" | "repair" }> }) {
  const say = useSay();
  const { kind } = useLive(task.newKey.step);
  const setUp = task.kind === "set-up";
  // A new account goes on by itself as soon as its key is written down.
  useEffect(() => {
    if (setUp && kind === "done") model.close();
  }, [setUp, kind, model]);
  const close = (): void => model.close();
  // A key that is shown has to be acknowledged, and what is under way has to end.
  const mayClose = kind !== "working" && kind !== "key";
  const title = setUp ? say("encryption.set-up-title") : say("encryption.repair-title");
  return (
    <Dialog
      title={kind === "key" ? say("encryption.key-title") : title}
      onClose={mayClose ? close : undefined}
    >
      <NewKeyView
        model={task.newKey}
        working={setUp ? say("encryption.set-up-text") : say("encryption.working")}
        done={say("encryption.repaired")}
        replaces={!setUp}
        onClose={close}
        ready={
          <>
            <p>{say(task.why)}</p>
            {!setUp && <p>{say("encryption.repair-note")}</p>}
            <DialogActions>
              <Button look="primary" onPress={() => void task.newKey.start()} autoFocus>
                {say(setUp ? "encryption.set-up" : "encryption.repair")}
              </Button>
              <Button onPress={close}>{say("encryption.later")}</Button>
            </DialogActions>
          </>
        }
      />
    </Dialog>
  );
}
