// What was chosen, pasted or dropped, looked at once more before it is sent. Comes with the first file.
import { File, Trash2 } from "lucide-react";
import { type RefObject, useEffect, useState } from "react";

import type { ComposerModel } from "../../models/composer/composer.model.ts";
import type { ChosenFile } from "../../models/composer/files.model.ts";
import { Button, IconButton } from "../../parts/button.tsx";
import { Dialog, DialogActions } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay, useTexts } from "../../parts/texts.tsx";
import { byteSize } from "../../texts/sizes.ts";
import styles from "./files.module.css";

export function FilesView({ model, back }: { model: ComposerModel; back: RefObject<HTMLElement | null> }) {
  const { say, locale } = useTexts();
  const chosen = useLive(model.files.chosen);
  const limit = useLive(model.files.limit);
  const sendable = chosen.filter((file) => !file.tooLarge).length;
  const close = (): void => {
    model.files.forget();
    back.current?.focus();
  };
  return (
    <Dialog title={say("composer.files", { count: chosen.length })} onClose={close}>
      <form
        className={styles.files}
        onSubmit={(event) => {
          event.preventDefault();
          if (sendable > 0) void model.sendFiles();
          back.current?.focus();
        }}
      >
        <ul className={styles.list}>
          {chosen.map((file) => (
            <ChosenView key={file.id} file={file} model={model} />
          ))}
        </ul>
        {chosen.some((file) => file.tooLarge) && limit !== undefined && (
          <Notice kind="warning">{say("composer.too-large", { size: byteSize(limit, locale) })}</Notice>
        )}
        <DialogActions>
          <Button look="primary" type="submit" isDisabled={sendable === 0}>
            {say("composer.send-files", { count: sendable })}
          </Button>
          <Button onPress={close}>{say("common.cancel")}</Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function ChosenView({ file, model }: { file: ChosenFile; model: ComposerModel }) {
  const { say, locale } = useTexts();
  return (
    <li className={styles.file} data-too-large={file.tooLarge}>
      <div className={styles.head}>
        <Preview file={file} />
        <div className={styles.name}>
          <span>{file.name}</span>
          <span className={styles.size}>
            {byteSize(file.file.size, locale)}
            {file.tooLarge && `, ${say("composer.is-too-large")}`}
          </span>
        </div>
        <IconButton
          icon={Trash2}
          label={say("composer.remove-file", { name: file.name })}
          onPress={() => model.files.remove(file.id)}
        />
      </div>
      {!file.tooLarge && (
        <Field
          label={say("composer.caption")}
          value={file.caption}
          onChange={(caption) => model.files.caption(file.id, caption)}
        />
      )}
    </li>
  );
}

function Preview({ file: { file } }: { file: ChosenFile }) {
  const say = useSay();
  const [address, setAddress] = useState<string>();
  const shown = /^(image\/(?!svg)|video\/)/.test(file.type);
  useEffect(() => {
    if (!shown) return undefined;
    const made = URL.createObjectURL(file);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [file, shown]);
  if (address && file.type.startsWith("image/"))
    return <img className={styles.preview} src={address} alt={say("composer.preview")} />;
  if (address) return <video className={styles.preview} src={address} muted preload="metadata" />;
  return (
    <span className={styles.preview}>
      <File aria-hidden size={22} />
    </span>
  );
}
