// Confirming this device: the ways that there are, and the one for those who have lost everything.
import { KeyRound, MonitorSmartphone } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button as Pressable } from "react-aria-components";

import type { ConfirmDeviceModel, ConfirmStep } from "../../models/encryption/confirm-device.model.ts";
import { Button } from "../../parts/button.tsx";
import { Check } from "../../parts/check.tsx";
import { Dialog, DialogActions } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./confirm-device.module.css";
import { NewKeyView } from "./new-key.view.tsx";
import { Working } from "./working.view.tsx";

interface Props {
  readonly model: ConfirmDeviceModel;
  readonly onClose: () => void;
}

export function ConfirmDeviceView({ model, onClose }: Props) {
  const say = useSay();
  const step = useLive(model.step);
  switch (step.kind) {
    case "choose":
      return (
        <Dialog title={say("encryption.confirm-device")} onClose={onClose}>
          <Choose model={model} step={step} onClose={onClose} />
        </Dialog>
      );
    case "recovery-key":
      return (
        <Dialog title={say("encryption.by-recovery-key")} onClose={onClose}>
          <RecoveryKeyEntry model={model} />
        </Dialog>
      );
    case "lost":
      return <Lost model={model} step={step} onClose={onClose} />;
    case "done":
      return (
        <Dialog title={say("encryption.confirmed-title")} onClose={onClose}>
          <Notice kind="success">
            {say(step.startedOver ? "encryption.repaired" : "encryption.confirmed-text")}
          </Notice>
          <DialogActions>
            <Button look="primary" onPress={onClose} autoFocus>
              {say("common.done")}
            </Button>
          </DialogActions>
        </Dialog>
      );
  }
}

function Choose({ model, step, onClose }: Props & { step: Extract<ConfirmStep, { kind: "choose" }> }) {
  const say = useSay();
  const busy = useLive(model.busy);
  const failure = useLive(model.failure);
  const none = !step.otherDevices && !step.recoveryKey;
  return (
    <>
      <p>{say(none ? "encryption.no-way" : "encryption.confirm-text")}</p>
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      <div className={styles.ways}>
        {step.otherDevices && (
          <Pressable
            className={styles.way ?? ""}
            isDisabled={busy}
            onPress={() => void model.askOtherDevice()}
          >
            <MonitorSmartphone aria-hidden />
            <span className={styles.words}>
              <strong>{say("encryption.by-other-device")}</strong>
              <span>{say("encryption.by-other-device-hint")}</span>
            </span>
          </Pressable>
        )}
        {step.recoveryKey && (
          <Pressable className={styles.way ?? ""} isDisabled={busy} onPress={() => model.go("recovery-key")}>
            <KeyRound aria-hidden />
            <span className={styles.words}>
              <strong>{say("encryption.by-recovery-key")}</strong>
              <span>{say("encryption.by-recovery-key-hint")}</span>
            </span>
          </Pressable>
        )}
      </div>
      <DialogActions>
        <Button onPress={onClose}>{say("encryption.later")}</Button>
        <Button look="quiet" isDisabled={busy} onPress={() => model.lost()}>
          {say(lostWords(step))}
        </Button>
      </DialogActions>
    </>
  );
}

function lostWords({ otherDevices, recoveryKey }: { otherDevices: boolean; recoveryKey: boolean }) {
  if (otherDevices && recoveryKey) return "encryption.lost-both";
  return otherDevices || recoveryKey ? "encryption.lost-it" : "encryption.lost-start";
}

function RecoveryKeyEntry({ model }: { model: ConfirmDeviceModel }) {
  const say = useSay();
  const busy = useLive(model.busy);
  const failure = useLive(model.failure);
  const [typed, setTyped] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void model.recover(typed);
  };
  if (busy) return <Working>{say("encryption.recovering")}</Working>;
  return (
    <form onSubmit={submit}>
      <Field
        label={say("encryption.recovery-key")}
        hint={say("encryption.recovery-key-hint")}
        error={failure && say(`failure.${failure}`)}
        value={typed}
        onChange={setTyped}
        autoComplete="off"
        spellCheck="false"
        autoFocus
      />
      <DialogActions>
        <Button type="submit" look="primary" isDisabled={typed.trim() === ""}>
          {say("encryption.recover")}
        </Button>
        <Button onPress={() => model.go("choose")}>{say("common.back")}</Button>
      </DialogActions>
    </form>
  );
}

function Lost({ model, step, onClose }: Props & { step: Extract<ConfirmStep, { kind: "lost" }> }) {
  const say = useSay();
  const { kind } = useLive(step.newKey.step);
  // A key that is shown has to be acknowledged, and what is under way has to end.
  const mayClose = kind === "ready" || kind === "failed";
  const title = kind === "key" ? say("encryption.key-title") : say("encryption.lost-title");
  return (
    <Dialog title={title} onClose={mayClose ? onClose : undefined}>
      <NewKeyView
        model={step.newKey}
        working={say("encryption.working")}
        done={say("encryption.repaired")}
        replaces
        onClose={onClose}
        ready={
          <StartOver
            keepsIdentity={step.keepsIdentity}
            onStart={() => void step.newKey.start()}
            onBack={() => model.go("choose")}
          />
        }
      />
    </Dialog>
  );
}

interface StartOverProps {
  readonly keepsIdentity: boolean;
  readonly onStart: () => void;
  readonly onBack: () => void;
}

/** What starting over means, before it is done. */
export function StartOver({ keepsIdentity, onStart, onBack }: StartOverProps) {
  const say = useSay();
  const [understood, setUnderstood] = useState(false);
  return (
    <>
      {keepsIdentity ? (
        <p>{say("encryption.lost-backup")}</p>
      ) : (
        <div>
          <p>{say("encryption.lost-text")}</p>
          <ul className={styles.losses}>
            <li>{say("encryption.lost-history")}</li>
            <li>{say("encryption.lost-devices")}</li>
            <li>{say("encryption.lost-people")}</li>
          </ul>
        </div>
      )}
      <Check checked={understood} onChange={setUnderstood}>
        {say("encryption.lost-understood")}
      </Check>
      <DialogActions>
        <Button look="danger" isDisabled={!understood} onPress={onStart}>
          {say("encryption.lost-start")}
        </Button>
        <Button onPress={onBack}>{say("common.back")}</Button>
      </DialogActions>
    </>
  );
}
