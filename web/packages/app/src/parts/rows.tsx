// A list of things to open or to do, in a panel: an icon, words, and what there is to say beside them.
import { ChevronRight, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Button as Pressable } from "react-aria-components";

import styles from "./rows.module.css";

export function Rows({ label, children }: { label?: string; children: ReactNode }) {
  return (
    <div className={styles.rows} {...(label ? { role: "group", "aria-label": label } : {})}>
      {children}
    </div>
  );
}

interface Props {
  readonly icon: LucideIcon;
  readonly children: ReactNode;
  readonly aside?: ReactNode;
  /** Leads to another place. */
  readonly leads?: boolean;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly onPress: () => void;
}

export function Row({
  icon: Icon,
  children,
  aside,
  leads = false,
  danger = false,
  disabled = false,
  onPress,
}: Props) {
  return (
    <Pressable className={styles.row ?? ""} data-danger={danger} isDisabled={disabled} onPress={onPress}>
      <Icon aria-hidden size={18} />
      <span className={styles.words}>{children}</span>
      {aside !== undefined && <span className={styles.aside}>{aside}</span>}
      {leads && <ChevronRight aria-hidden size={16} className={styles.leads} />}
    </Pressable>
  );
}
