// A new room or space: its name, who may enter, and where it stands.
import type { FormEvent } from "react";

import type { NewRoomModel } from "../../models/starting/new-room.model.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { Button } from "../../parts/button.tsx";
import { Toggle } from "../../parts/check.tsx";
import { Choice } from "../../parts/choice.tsx";
import { Dialog, DialogActions } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { PictureField } from "../../parts/picture-field.tsx";
import { Select } from "../../parts/select.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./starting.module.css";

interface Props {
  readonly model: NewRoomModel;
  readonly onClose: () => void;
  readonly onCreated: (roomId: string) => void;
}

export function NewRoomView({ model, onClose, onCreated }: Props) {
  const say = useSay();
  const form = useLive(model.form);
  const busy = useLive(model.busy);
  const ready = useLive(model.ready);
  const failure = useLive(model.failure);
  const aboutAddress = failure === "name-taken" || failure === "name-invalid";
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const roomId = await model.create();
    if (roomId) onCreated(roomId);
  };
  return (
    <Dialog
      title={say(model.space ? "starting.space" : "starting.room")}
      onClose={busy ? undefined : onClose}
    >
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        {model.space && <p>{say("starting.space-text")}</p>}
        <PictureField chosen={form.avatar} removable={false} onChange={(avatar) => model.change({ avatar })}>
          <Avatar id={form.name} name={form.name} address={undefined} size="large" square />
        </PictureField>
        <Field
          label={say("starting.name")}
          value={form.name}
          onChange={(name) => model.change({ name })}
          maxLength={200}
          autoFocus
        />
        <Field
          label={say("starting.topic")}
          hint={say("starting.topic-hint")}
          value={form.topic}
          onChange={(topic) => model.change({ topic })}
          rows={2}
        />
        <Where model={model} />
        <WhoMayEnter model={model} error={aboutAddress ? say(`failure.${failure}`) : undefined} />
        {failure && !aboutAddress && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
        <DialogActions>
          <Button type="submit" look="primary" isDisabled={busy || !ready}>
            {say(model.space ? "starting.make-space" : "starting.make-room")}
          </Button>
          <Button isDisabled={busy} onPress={onClose}>
            {say("common.cancel")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

const NOWHERE = "nowhere";

function Where({ model }: { model: NewRoomModel }) {
  const say = useSay();
  const parents = useLive(model.parents);
  const { parent } = useLive(model.form);
  if (parents.length === 0) return null;
  return (
    <Select
      label={say("starting.in-space")}
      options={[
        { value: NOWHERE, label: say("starting.in-no-space") },
        ...parents.map(({ roomId, name }) => ({ value: roomId, label: name })),
      ]}
      value={parent ?? NOWHERE}
      onChange={(chosen) => model.change({ parent: chosen === NOWHERE ? undefined : chosen })}
    />
  );
}

function WhoMayEnter({ model, error }: { model: NewRoomModel; error: string | undefined }) {
  const say = useSay();
  const { access, alias, listed, encrypted } = useLive(model.form);
  const accesses = useLive(model.accesses);
  return (
    <>
      <Choice
        label={say("access.title")}
        value={access}
        onChange={(chosen) => model.change({ access: chosen })}
        options={accesses.map((value) => ({
          value,
          label: say(`access.${value}`),
          hint: say(`access.${value}-hint`),
        }))}
      />
      {access === "public" && (
        <Field
          label={say("access.address")}
          hint={say("access.address-hint")}
          error={error}
          value={alias}
          onChange={(typed) => model.change({ alias: typed })}
          autoCapitalize="none"
        />
      )}
      {access !== "invite" && (
        <Toggle checked={listed} onChange={(on) => model.change({ listed: on })}>
          {say("access.listed")}
        </Toggle>
      )}
      {!model.space && (
        <>
          <Toggle checked={encrypted} onChange={(on) => model.change({ encrypted: on })}>
            {say("starting.encrypt")}
          </Toggle>
          <p className={styles.hint}>
            {say(encrypted ? "starting.encrypted-hint" : "starting.not-encrypted-hint")}
          </p>
        </>
      )}
    </>
  );
}
