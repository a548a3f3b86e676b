// Name, picture and id, as others see them.
import { type FormEvent, lazy, Suspense, useState } from "react";
import { FileTrigger } from "react-aria-components";

import type { AccountPageModel } from "../../models/settings/account-page.model.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { Button } from "../../parts/button.tsx";
import { Copied } from "../../parts/copied.tsx";
import { Field } from "../../parts/field.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { Section } from "../../parts/section.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./account.module.css";

const CropDialog = lazy(() =>
  import("../../parts/crop-dialog.tsx").then(({ CropDialog }) => ({ default: CropDialog })),
);

export function ProfileView({ model }: { model: AccountPageModel }) {
  const say = useSay();
  const me = useLive(model.me);
  const abilities = useLive(model.abilities);
  const failure = useLive(model.profileFailure);
  return (
    <Section>
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      <div className={styles.profile}>
        <Avatar id={me.userId} name={me.name} address={me.avatar} size="large" />
        <div className={styles.who}>
          <strong className={styles.name}>{me.name}</strong>
          <Copied text={me.userId} />
          {abilities?.setAvatar && <Picture model={model} />}
        </div>
      </div>
      {/* What is typed begins anew when the name was changed elsewhere. */}
      {abilities?.rename && <Name key={me.name} model={model} name={me.name} />}
    </Section>
  );
}

function Picture({ model }: { model: AccountPageModel }) {
  const say = useSay();
  const me = useLive(model.me);
  const busy = useLive(model.profileBusy);
  const [chosen, setChosen] = useState<File>();
  return (
    <div className={styles.actions}>
      <FileTrigger
        acceptedFileTypes={["image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"]}
        onSelect={(files) => setChosen(files?.[0])}
      >
        <Button isDisabled={busy}>
          {say(me.avatar ? "account.change-picture" : "account.choose-picture")}
        </Button>
      </FileTrigger>
      {me.avatar && (
        <Button look="quiet" isDisabled={busy} onPress={() => void model.setPicture(undefined)}>
          {say("account.remove-picture")}
        </Button>
      )}
      {chosen && (
        <Suspense>
          <CropDialog
            file={chosen}
            onClose={() => setChosen(undefined)}
            onDone={(picture) => {
              setChosen(undefined);
              void model.setPicture(picture);
            }}
          />
        </Suspense>
      )}
    </div>
  );
}

/** As much as a name in a list can show, and far below what servers take. */
const NAME_MAX = 100;

function Name({ model, name }: { model: AccountPageModel; name: string }) {
  const say = useSay();
  const [typed, setTyped] = useState(name);
  const busy = useLive(model.profileBusy);
  const changed = typed.trim() !== "" && typed.trim() !== name;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (changed) void model.rename(typed);
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <Field
        label={say("account.name")}
        hint={say("account.name-hint")}
        value={typed}
        onChange={setTyped}
        maxLength={NAME_MAX}
        autoComplete="name"
      />
      {changed && (
        <div className={styles.actions}>
          <Button type="submit" look="primary" isDisabled={busy}>
            {say("common.save")}
          </Button>
          <Button onPress={() => setTyped(name)}>{say("common.cancel")}</Button>
        </div>
      )}
    </form>
  );
}
