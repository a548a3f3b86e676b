// The recovery key, shown once: copied, saved or printed, and on only when the person has it.
import { Check as CheckIcon, Copy, Download, Printer } from "lucide-react";
import { useState } from "react";

import { Button } from "../../parts/button.tsx";
import { Check } from "../../parts/check.tsx";
import { DialogActions } from "../../parts/dialog.tsx";
import { printLines, saveFile } from "../../parts/save-file.ts";
import { useSay } from "../../parts/texts.tsx";
import styles from "./recovery-key.module.css";

interface Props {
  readonly words: string;
  /** Another key may have been valid before. */
  readonly replaces: boolean;
  readonly onNoted: () => void;
}

export function RecoveryKeyView({ words, replaces, onNoted }: Props) {
  const say = useSay();
  const [noted, setNoted] = useState(false);
  const [copied, setCopied] = useState(false);
  const sheet = [say("encryption.key-sheet"), words];
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(words);
    setCopied(true);
  };
  return (
    <>
      <p>{say("encryption.key-text")}</p>
      <p className={styles.key} data-testid="recovery-key" translate="no">
        {words.split(" ").map((group, place) => (
          // Groups may be the same twice; their place is what tells them apart.
          // biome-ignore lint/suspicious/noArrayIndexKey: the groups never move
          <span key={place}>{group} </span>
        ))}
      </p>
      <div className={styles.ways}>
        <Button icon={copied ? CheckIcon : Copy} onPress={() => void copy()}>
          {say(copied ? "common.copied" : "common.copy")}
        </Button>
        <Button
          icon={Download}
          onPress={() => saveFile(new Blob([`${sheet.join("\n\n")}\n`]), `${say("encryption.key-file")}.txt`)}
        >
          {say("encryption.key-save")}
        </Button>
        <Button icon={Printer} onPress={() => printLines(sheet)}>
          {say("encryption.key-print")}
        </Button>
      </div>
      {replaces && <p className={styles.aside}>{say("encryption.key-replaces")}</p>}
      <Check checked={noted} onChange={setNoted}>
        {say("encryption.key-noted")}
      </Check>
      <DialogActions>
        <Button look="primary" isDisabled={!noted} onPress={onNoted}>
          {say("common.continue")}
        </Button>
      </DialogActions>
    </>
  );
}
