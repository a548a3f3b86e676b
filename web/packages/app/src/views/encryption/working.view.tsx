// Something takes a moment.
import { LoaderCircle } from "lucide-react";
import type { ReactNode } from "react";

import styles from "./working.module.css";

export function Working({ children }: { children: ReactNode }) {
  return (
    <div className={styles.working} role="status">
      <LoaderCircle aria-hidden className={styles.turning} />
      <p>{children}</p>
    </div>
  );
}
