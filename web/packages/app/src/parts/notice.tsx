// A word that has to be noticed: what went wrong, what is at risk, what went well.
import { CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

import styles from "./notice.module.css";

const ICONS = { info: Info, success: CircleCheck, warning: TriangleAlert, danger: TriangleAlert };

export function Notice({ kind, children }: { kind: keyof typeof ICONS; children: ReactNode }) {
  const Icon = ICONS[kind];
  return (
    <div className={`${styles.notice} ${styles[kind]}`} role={kind === "danger" ? "alert" : "status"}>
      <Icon aria-hidden size={18} />
      <div className={styles.words}>{children}</div>
    </div>
  );
}
