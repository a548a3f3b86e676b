// A pack of pictures is made or changed: what it is called, what it is for, and its pictures.
import type { Room } from "@herold/engine";
import { type FormEvent, useRef, useState } from "react";

import { NAME_MAX, type PackEditorModel } from "../../models/packs/pack-editor.model.ts";
import { Button } from "../../parts/button.tsx";
import { Check, Toggle } from "../../parts/check.tsx";
import { Dialog, DialogActions } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { FileDrop, pasted } from "../../parts/file-drop.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { ReasonDialog } from "../../parts/reason-dialog.tsx";
import { useSay } from "../../parts/texts.tsx";
import { PackPictures } from "./pack-pictures.view.tsx";
import styles from "./packs.module.css";
import settings from "./room-settings.module.css";

interface Props {
  readonly model: PackEditorModel;
  readonly room: Room;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

export function PackEditorView({ model, room, onClose, onSaved }: Props) {
  const say = useSay();
  const changed = useLive(model.changed);
  const busy = useLive(model.attempt.busy);
  const [leaving, setLeaving] = useState(false);
  const leave = (): void => {
    if (busy) model.stop();
    else if (changed) setLeaving(true);
    else onClose();
  };
  return (
    <Dialog
      wide
      title={model.isNew ? say("packs.new") : say("packs.edit", { name: model.shownName() })}
      onClose={leave}
    >
      <div className={styles.whole}>
        <FileDrop allowed={!busy} hint={say("packs.drop")} onFiles={(files) => void model.add(files)}>
          <Editing model={model} room={room} leave={leave} onSaved={onSaved} />
        </FileDrop>
      </div>
      {leaving && (
        <ReasonDialog
          title={say("packs.discard")}
          text={<p>{say("packs.discard-text")}</p>}
          action={say("composer.voice-discard")}
          busy={false}
          failure={undefined}
          onClose={() => setLeaving(false)}
          onConfirm={onClose}
        />
      )}
    </Dialog>
  );
}

interface EditingProps extends Pick<Props, "model" | "room" | "onSaved"> {
  readonly leave: () => void;
}

function Editing({ model, room, leave, onSaved }: EditingProps) {
  const say = useSay();
  const form = useRef<HTMLFormElement>(null);
  const rows = useLive(model.rows);
  const waiting = useLive(model.waiting);
  const complete = useLive(model.complete);
  const busy = useLive(model.attempt.busy);
  const failure = useLive(model.attempt.failure);
  const { encrypted } = useLive(room.summary);
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!complete) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
    else if (await model.save()) onSaved();
  };
  return (
    <form
      ref={form}
      className={styles.form}
      onSubmit={(event) => void save(event)}
      onPaste={(event) => {
        const files = pasted(event);
        if (files.length === 0 || busy) return;
        event.preventDefault();
        void model.add(files);
      }}
    >
      <About model={model} room={room} />
      <PackPictures model={model} />
      {encrypted && <p className={settings.muted}>{say("packs.not-encrypted")}</p>}
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      <Progress model={model} />
      <DialogActions>
        <Button look="primary" type="submit" isDisabled={busy || waiting > 0 || rows.length === 0}>
          {say("common.save")}
        </Button>
        <Button onPress={leave}>{say("common.cancel")}</Button>
      </DialogActions>
    </form>
  );
}

function About({ model, room }: Pick<Props, "model" | "room">) {
  const say = useSay();
  const { name, uses, attribution, everywhere } = useLive(model.about);
  const busy = useLive(model.attempt.busy);
  const { name: roomName } = useLive(room.summary);
  return (
    <>
      <Field
        label={say("starting.name")}
        value={name}
        onChange={(typed) => model.say({ name: typed })}
        placeholder={roomName}
        maxLength={NAME_MAX}
        isReadOnly={busy}
        autoFocus
      />
      <fieldset className={settings.group}>
        <legend className={styles.legend}>{say("packs.uses")}</legend>
        <div className={styles.uses}>
          {(["stickers", "emoticons"] as const).map((use) => (
            <Check
              key={use}
              checked={uses[use]}
              // The last one stays.
              disabled={busy || (uses[use] && uses.stickers !== uses.emoticons)}
              onChange={(on) => model.setUse(use, on)}
            >
              {say(`packs.${use}`)}
            </Check>
          ))}
        </div>
      </fieldset>
      <Field
        label={say("packs.attribution")}
        value={attribution}
        onChange={(typed) => model.say({ attribution: typed })}
        maxLength={NAME_MAX}
        isReadOnly={busy}
      />
      {model.isNew && (
        <Toggle checked={everywhere} disabled={busy} onChange={(on) => model.say({ everywhere: on })}>
          {say("packs.everywhere")}
        </Toggle>
      )}
    </>
  );
}

function Progress({ model }: { model: PackEditorModel }) {
  const say = useSay();
  const progress = useLive(model.progress);
  if (!progress) return null;
  const words = say("packs.uploading", { ...progress });
  return (
    <div className={styles.progress}>
      <progress value={progress.done} max={progress.count} aria-label={words} />
      {words}
    </div>
  );
}
