// Something that may end with a new recovery key, step by step, inside a dialog.
import type { ReactNode } from "react";

import type { NewKeyModel } from "../../models/encryption/new-key.model.ts";
import { Button } from "../../parts/button.tsx";
import { DialogActions } from "../../parts/dialog.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay } from "../../parts/texts.tsx";
import { RecoveryKeyView } from "./recovery-key.view.tsx";
import { Working } from "./working.view.tsx";

interface Props {
  readonly model: NewKeyModel;
  /** What is going to happen, and what begins it; nothing when it begins by itself. */
  readonly ready: ReactNode;
  readonly working: string;
  readonly done: string;
  readonly replaces: boolean;
  readonly onClose: () => void;
}

export function NewKeyView({ model, ready, working, done, replaces, onClose }: Props) {
  const say = useSay();
  const step = useLive(model.step);
  switch (step.kind) {
    case "ready":
      return ready;
    case "working":
      return <Working>{working}</Working>;
    case "key":
      return <RecoveryKeyView words={step.words} replaces={replaces} onNoted={() => model.noted()} />;
    case "failed":
      return (
        <>
          <Notice kind="danger">{say(`failure.${step.reason}`)}</Notice>
          <DialogActions>
            <Button look="primary" onPress={() => void model.start()}>
              {say("common.retry")}
            </Button>
            <Button onPress={onClose}>{say("encryption.later")}</Button>
          </DialogActions>
        </>
      );
    case "done":
      return (
        <>
          <Notice kind="success">{done}</Notice>
          <DialogActions>
            <Button look="primary" onPress={onClose} autoFocus>
              {say("common.done")}
            </Button>
          </DialogActions>
        </>
      );
  }
}
