// Something to copy, with a button that does it and says that it did.
import { Check, Copy } from "lucide-react";
import { useState } from "react";

import { IconButton } from "./button.tsx";
import styles from "./copied.module.css";
import { useSay } from "./texts.tsx";

export function Copied({ text }: { text: string }) {
  const say = useSay();
  const [copied, setCopied] = useState(false);
  // An address breaks before its server first.
  const [first, ...server] = text.split(/(?=:)/);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <span className={styles.copied}>
      <span className={styles.text} translate="no">
        {first}
        <wbr />
        {server}
      </span>
      <IconButton
        small
        icon={copied ? Check : Copy}
        label={say(copied ? "common.copied" : "common.copy")}
        onPress={() => void copy()}
      />
      <span className="visually-hidden" role="status">
        {copied && say("common.copied")}
      </span>
    </span>
  );
}
