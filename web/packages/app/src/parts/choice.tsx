// One of a few: all of them are seen, and the chosen one takes effect at once.
import { useId } from "react";
import { Radio, RadioGroup } from "react-aria-components";

import styles from "./choice.module.css";

interface Props<Value extends string> {
  readonly label: string;
  readonly hint?: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string; readonly lang?: string }[];
  readonly onChange: (value: Value) => void;
}

export function Choice<Value extends string>({ label, hint, value, options, onChange }: Props<Value>) {
  const [labelId, hintId] = [useId(), useId()];
  return (
    <RadioGroup
      className={styles.group ?? ""}
      value={value}
      onChange={(chosen) => onChange(chosen as Value)}
      aria-labelledby={labelId}
      {...(hint ? { "aria-describedby": hintId } : {})}
    >
      <h2 className={styles.label} id={labelId}>
        {label}
      </h2>
      {hint && (
        <p className={styles.hint} id={hintId}>
          {hint}
        </p>
      )}
      <div className={styles.options}>
        {options.map((option) => (
          <Radio key={option.value} value={option.value} className={styles.option ?? ""}>
            <span className={styles.mark} />
            <span lang={option.lang}>{option.label}</span>
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
