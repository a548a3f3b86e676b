// The keys of one's messages, into a file and out of one.
import { type FormEvent, useState } from "react";
import { FileTrigger } from "react-aria-components";

import { type EncryptionPageModel, PASSPHRASE_MIN } from "../../models/encryption/encryption-page.model.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog, DialogActions } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { useLive } from "../../parts/live.ts";
import { saveFile } from "../../parts/save-file.ts";
import { useSay } from "../../parts/texts.tsx";
import styles from "./encryption-page.module.css";
import { Working } from "./working.view.tsx";

export function ExportKeys({ model }: { model: EncryptionPageModel }) {
  const say = useSay();
  const busy = useLive(model.busy);
  const failure = useLive(model.failure);
  const [passphrase, setPassphrase] = useState("");
  const [again, setAgain] = useState("");
  const fits = passphrase.length >= PASSPHRASE_MIN && passphrase === again;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const file = await model.exportKeys(passphrase);
    if (file) saveFile(file, `herold-${new Date().toISOString().slice(0, 10)}.txt`);
  };
  return (
    <Dialog title={say("encryption.export")} onClose={busy ? undefined : () => model.close()}>
      {busy ? (
        <Working>{say("encryption.working")}</Working>
      ) : (
        <form className={styles.form} onSubmit={(event) => void submit(event)}>
          <p>{say("encryption.file-text")}</p>
          <Field
            label={say("encryption.passphrase")}
            hint={say("encryption.passphrase-hint", { min: PASSPHRASE_MIN })}
            error={failure && say(`failure.${failure}`)}
            value={passphrase}
            onChange={setPassphrase}
            type="password"
            autoComplete="new-password"
            autoFocus
          />
          <Field
            label={say("encryption.passphrase-again")}
            error={again !== "" && passphrase !== again ? say("encryption.passphrase-differs") : undefined}
            value={again}
            onChange={setAgain}
            type="password"
            autoComplete="new-password"
          />
          <DialogActions>
            <Button type="submit" look="primary" isDisabled={!fits}>
              {say("encryption.export")}
            </Button>
            <Button onPress={() => model.close()}>{say("common.cancel")}</Button>
          </DialogActions>
        </form>
      )}
    </Dialog>
  );
}

export function ImportKeys({ model }: { model: EncryptionPageModel }) {
  const say = useSay();
  const busy = useLive(model.busy);
  const failure = useLive(model.failure);
  const [file, setFile] = useState<File>();
  const [passphrase, setPassphrase] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (file) void model.importKeys(file, passphrase);
  };
  return (
    <Dialog title={say("encryption.import")} onClose={busy ? undefined : () => model.close()}>
      {busy ? (
        <Working>{say("encryption.working")}</Working>
      ) : (
        <form className={styles.form} onSubmit={submit}>
          <div className={styles.file}>
            <FileTrigger onSelect={(files) => setFile(files?.[0])}>
              <Button>{say("encryption.choose-file")}</Button>
            </FileTrigger>
            <span className={styles.name}>{file?.name ?? say("encryption.no-file")}</span>
          </div>
          <Field
            label={say("encryption.passphrase")}
            error={failure && say(`failure.${failure}`)}
            value={passphrase}
            onChange={setPassphrase}
            type="password"
            autoComplete="off"
          />
          <DialogActions>
            <Button type="submit" look="primary" isDisabled={!file || passphrase === ""}>
              {say("encryption.import")}
            </Button>
            <Button onPress={() => model.close()}>{say("common.cancel")}</Button>
          </DialogActions>
        </form>
      )}
    </Dialog>
  );
}
