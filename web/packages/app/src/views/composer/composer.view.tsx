// Where one writes. Enter sends and Shift+Enter begins a line, or Ctrl+Enter sends and Enter begins one, as the person
// chose; Escape lets go of an answer or an edit.
import { Paperclip, SendHorizontal, X } from "lucide-react";
import { type ChangeEvent, type ClipboardEvent, type KeyboardEvent, useEffect, useRef } from "react";

import type { ComposerModel, Purpose } from "../../models/composer.model.ts";
import { IconButton } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { usePreferences } from "../../parts/preferences.tsx";
import { useSay } from "../../parts/texts.tsx";
import { shortWords } from "../conversation/short-words.ts";
import styles from "./composer.module.css";

interface Props {
  readonly model: ComposerModel;
  readonly allowed: boolean;
  readonly encrypted: boolean;
}

export function ComposerView({ model, allowed, encrypted }: Props) {
  const say = useSay();
  const text = useLive(model.text);
  const purpose = useLive(model.purpose);
  const preferences = usePreferences();
  const { sendWith } = useLive(preferences.here);
  const { typing } = useLive(preferences.everywhere);
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);

  // Whoever chooses to answer or to edit wants to write next.
  useEffect(() => {
    if (purpose.kind !== "new") field.current?.focus();
  }, [purpose]);

  if (!allowed) return <p className={styles.closed}>{say("composer.not-allowed")}</p>;

  const keys = (event: KeyboardEvent): void => {
    // Enter that ends the input of a sign belongs to the keyboard.
    if (event.nativeEvent.isComposing) return;
    const sends = sendWith === "enter" ? !event.shiftKey : event.ctrlKey || event.metaKey;
    if (event.key === "Enter" && sends) {
      event.preventDefault();
      void model.send();
    } else if (event.key === "Escape" && purpose.kind !== "new") {
      event.preventDefault();
      model.cancel();
    }
  };
  const send = (files: Iterable<File>): void => {
    const chosen = [...files].map((file) => ({ file, name: file.name, caption: undefined }));
    if (chosen.length > 0) void model.sendFiles(chosen);
  };
  const paste = (event: ClipboardEvent): void => {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    send(event.clipboardData.files);
  };
  const choose = (event: ChangeEvent<HTMLInputElement>): void => {
    send(event.target.files ?? []);
    event.target.value = "";
  };
  const placeholder = say(encrypted ? "composer.placeholder-encrypted" : "composer.placeholder");
  return (
    <div className={styles.composer}>
      {purpose.kind !== "new" && <PurposeView purpose={purpose} cancel={() => model.cancel()} />}
      <div className={styles.line}>
        <IconButton icon={Paperclip} label={say("composer.attach")} onPress={() => picker.current?.click()} />
        <input ref={picker} type="file" multiple hidden onChange={choose} />
        <textarea
          ref={field}
          className={styles.field}
          rows={1}
          dir="auto"
          value={text}
          placeholder={placeholder}
          aria-label={placeholder}
          onChange={(event) => model.type(event.target.value, Date.now(), typing)}
          onKeyDown={keys}
          onPaste={paste}
        />
        <IconButton
          icon={SendHorizontal}
          label={say("common.send")}
          isDisabled={text.trim() === ""}
          onPress={() => {
            void model.send();
            field.current?.focus();
          }}
        />
      </div>
    </div>
  );
}

function PurposeView({
  purpose,
  cancel,
}: {
  purpose: Exclude<Purpose, { kind: "new" }>;
  cancel: () => void;
}) {
  const say = useSay();
  const item = purpose.kind === "reply" ? purpose.to : purpose.item;
  return (
    <div className={styles.purpose}>
      <div className={styles.purposeWords}>
        <strong>
          {purpose.kind === "reply"
            ? say("composer.replying", { name: item.sender.name })
            : say("composer.editing")}
        </strong>
        <span>{shortWords(item.content, say)}</span>
      </div>
      <IconButton small icon={X} label={say("common.cancel")} onPress={cancel} />
    </div>
  );
}
