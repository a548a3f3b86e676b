// A text in which the words that were looked for stand out.
import type { Marks } from "@herold/engine";
import type { ReactNode } from "react";

import styles from "./search.module.css";

export function Marked({ text, marks }: { text: string; marks: Marks }) {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const [begin, end] of marks) {
    parts.push(text.slice(at, begin));
    parts.push(
      <mark key={begin} className={styles.mark}>
        {text.slice(begin, end)}
      </mark>,
    );
    at = end;
  }
  parts.push(text.slice(at));
  return <>{parts}</>;
}
