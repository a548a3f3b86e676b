// A page that says one thing, with what can be done about it.
import type { ReactNode } from "react";

import styles from "./page.module.css";

interface Props {
  readonly title?: string;
  readonly text: string;
  readonly busy?: boolean;
  readonly children?: ReactNode;
}

export function Page({ title, text, busy = false, children }: Props) {
  return (
    <main className={styles.page} aria-busy={busy}>
      {title && <h1 className={styles.title}>{title}</h1>}
      <p className={styles.text} role={busy ? "status" : undefined}>
        {text}
      </p>
      <div className={styles.actions}>{children}</div>
    </main>
  );
}
