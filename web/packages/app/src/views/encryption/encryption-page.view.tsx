// The page about encryption in the settings.
import type { Session } from "@herold/engine";
import { useEffect, useState } from "react";

import { careOf } from "../../models/encryption/care.model.ts";
import { EncryptionPageModel } from "../../models/encryption/encryption-page.model.ts";
import { Button } from "../../parts/button.tsx";
import { Toggle } from "../../parts/check.tsx";
import { Dialog, DialogActions } from "../../parts/dialog.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { Section, SectionActions } from "../../parts/section.tsx";
import { useSay } from "../../parts/texts.tsx";
import { CareBanner } from "./care.view.tsx";
import { StartOver } from "./confirm-device.view.tsx";
import styles from "./encryption-page.module.css";
import { ExportKeys, ImportKeys } from "./key-file.view.tsx";
import { NewKeyView } from "./new-key.view.tsx";

export function EncryptionPageView({ session }: { session: Pick<Session, "encryption" | "verifications"> }) {
  const say = useSay();
  const care = careOf(session);
  const [model] = useState(() => new EncryptionPageModel(session.encryption, care.question));
  useEffect(() => model.open(), [model]);
  const state = useLive(model.state);
  const only = useLive(model.onlyConfirmedDevices);
  const failure = useLive(model.failure);
  const imported = useLive(model.imported);
  const task = useLive(model.task);
  // Who is not confirmed has nothing here to change; what they can do is in the banner.
  const confirmed = state.kind === "safe" || (state.kind === "at-risk" && state.mend === "alone");
  return (
    <>
      <Standing model={model} />
      <CareBanner model={care} />
      {failure && task.kind === "none" && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      {confirmed && (
        <Section title={say("encryption.recovery-key")} text={say("encryption.recovery-key-text")}>
          <SectionActions>
            <Button onPress={() => model.begin("change")}>{say("encryption.change")}</Button>
          </SectionActions>
        </Section>
      )}
      <Section title={say("encryption.file-title")} text={say("encryption.file-text")}>
        <SectionActions>
          <Button onPress={() => model.begin("export")}>{say("encryption.export")}</Button>
          <Button onPress={() => model.begin("import")}>{say("encryption.import")}</Button>
        </SectionActions>
      </Section>
      {imported !== undefined && (
        <Notice kind="success">{say("encryption.imported", { count: imported })}</Notice>
      )}
      <Section>
        <Toggle checked={only} onChange={(checked) => model.setOnlyConfirmedDevices(checked)}>
          <strong>{say("encryption.only-confirmed")}</strong>
        </Toggle>
        <p className={styles.text}>{say("encryption.only-confirmed-text")}</p>
      </Section>
      <Section title={say("encryption.lost-title")} text={say("encryption.start-over-text")}>
        <SectionActions>
          <Button onPress={() => model.begin("reset")}>{say("encryption.lost-start")}</Button>
        </SectionActions>
      </Section>
      <Tasks model={model} />
    </>
  );
}

function Standing({ model }: { model: EncryptionPageModel }) {
  const say = useSay();
  const state = useLive(model.state);
  switch (state.kind) {
    case "checking":
      return <Notice kind="info">{say("encryption.checking")}</Notice>;
    case "settling":
      return <Notice kind="info">{say("encryption.settling")}</Notice>;
    case "safe":
      return (
        <Notice kind="success">
          {say("encryption.safe")}{" "}
          {state.backup.waiting > 0 && say("encryption.waiting", { count: state.backup.waiting })}
        </Notice>
      );
    default:
      // The banner says it, with what can be done.
      return null;
  }
}

function Tasks({ model }: { model: EncryptionPageModel }) {
  const task = useLive(model.task);
  switch (task.kind) {
    case "none":
      return null;
    case "export":
      return <ExportKeys model={model} />;
    case "import":
      return <ImportKeys model={model} />;
    default:
      return <NewKey model={model} task={task} />;
  }
}

interface NewKeyProps {
  readonly model: EncryptionPageModel;
  readonly task: Extract<EncryptionPageModel["task"]["value"], { newKey: unknown }>;
}

function NewKey({ model, task }: NewKeyProps) {
  const say = useSay();
  const { kind } = useLive(task.newKey.step);
  const close = (): void => model.close();
  const change = task.kind === "change";
  const title = say(change ? "encryption.change" : "encryption.lost-title");
  return (
    <Dialog
      title={kind === "key" ? say("encryption.key-title") : title}
      onClose={kind === "working" || kind === "key" ? undefined : close}
    >
      <NewKeyView
        model={task.newKey}
        working={say("encryption.working")}
        done={say("encryption.repaired")}
        replaces
        onClose={close}
        ready={
          change ? (
            <>
              <p>{say("encryption.change-text")}</p>
              <DialogActions>
                <Button look="primary" onPress={() => void task.newKey.start()} autoFocus>
                  {say("common.continue")}
                </Button>
                <Button onPress={close}>{say("common.cancel")}</Button>
              </DialogActions>
            </>
          ) : (
            <StartOver keepsIdentity={false} onStart={() => void task.newKey.start()} onBack={close} />
          )
        }
      />
    </Dialog>
  );
}
