// One of a few: all of them are seen, and the chosen one takes effect at once.
import { useId } from "react";
import { Radio, RadioGroup } from "react-aria-components";

import styles from "./choice.module.css";

export interface Option<Value extends string> {
  readonly value: Value;
  readonly label: string;
  /** What choosing it means. */
  readonly hint?: string;
  readonly lang?: string;
}

interface Props<Value extends string> {
  readonly label: string;
  readonly hint?: string;
  readonly value: Value;
  readonly options: readonly Option<Value>[];
  readonly disabled?: boolean;
  readonly onChange: (value: Value) => void;
}

export function Choice<Value extends string>(props: Props<Value>) {
  const { label, hint, value, options, disabled = false, onChange } = props;
  const [labelId, hintId] = [useId(), useId()];
  return (
    <RadioGroup
      className={styles.group ?? ""}
      value={value}
      isDisabled={disabled}
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
            <span className={styles.words}>
              <span lang={option.lang}>{option.label}</span>
              {option.hint && <span className={styles.hint}>{option.hint}</span>}
            </span>
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
