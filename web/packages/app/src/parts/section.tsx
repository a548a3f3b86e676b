// A part of a page: what it is about, what it does, and the controls for it.
import type { ReactNode } from "react";

import styles from "./section.module.css";

interface Props {
  readonly title?: string;
  readonly text?: string;
  readonly children?: ReactNode;
}

export function Section({ title, text, children }: Props) {
  return (
    <section className={styles.section}>
      {title && <h2 className={styles.heading}>{title}</h2>}
      {text && <p className={styles.text}>{text}</p>}
      {children}
    </section>
  );
}

/** What can be done, in a row that breaks where there is no room. */
export function SectionActions({ children }: { children: ReactNode }) {
  return <div className={styles.actions}>{children}</div>;
}
