// A box to tick, and a switch: both say yes or no, the switch at once.
import { Check as Tick } from "lucide-react";
import type { ReactNode } from "react";
import { Checkbox, Switch } from "react-aria-components";

import styles from "./check.module.css";

interface Props {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}

export function Check({ checked, onChange, disabled = false, children }: Props) {
  return (
    <Checkbox isSelected={checked} onChange={onChange} isDisabled={disabled} className={styles.check ?? ""}>
      <span className={styles.box}>
        <Tick aria-hidden size={16} />
      </span>
      <span className={styles.label}>{children}</span>
    </Checkbox>
  );
}

export function Toggle({ checked, onChange, disabled = false, children }: Props) {
  return (
    <Switch isSelected={checked} onChange={onChange} isDisabled={disabled} className={styles.toggle ?? ""}>
      <span className={styles.label}>{children}</span>
      <span className={styles.track}>
        <span className={styles.knob} />
      </span>
    </Switch>
  );
}
