// How much of something is done, as a ring around the button that calls it off.
import { X } from "lucide-react";
import { Button, ProgressBar } from "react-aria-components";

import styles from "./progress-ring.module.css";

const RADIUS = 20;
const AROUND = 2 * Math.PI * RADIUS;

interface Props {
  /** From 0 to 1. */
  readonly part: number;
  readonly label: string;
  readonly cancel: { readonly label: string; readonly act: () => void };
}

export function ProgressRing({ part, label, cancel }: Props) {
  return (
    <div className={styles.ring}>
      <ProgressBar aria-label={label} value={part * 100} className={styles.bar ?? ""}>
        <svg viewBox="0 0 48 48" aria-hidden="true">
          <circle className={styles.track} cx="24" cy="24" r={RADIUS} />
          <circle
            className={styles.done}
            cx="24"
            cy="24"
            r={RADIUS}
            strokeDasharray={AROUND}
            strokeDashoffset={AROUND * (1 - part)}
          />
        </svg>
      </ProgressBar>
      <Button className={styles.cancel ?? ""} aria-label={cancel.label} onPress={cancel.act}>
        <X aria-hidden size={20} />
      </Button>
    </div>
  );
}
