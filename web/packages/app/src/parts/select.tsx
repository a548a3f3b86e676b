// One of a few in a field that opens.
import { ChevronDown } from "lucide-react";
import {
  Button,
  Select as Choosing,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
  Text,
} from "react-aria-components";

import type { Option } from "./choice.tsx";
import styles from "./select.module.css";

interface Props<Value extends string> {
  readonly label: string;
  readonly hint?: string;
  readonly options: readonly Option<Value>[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly disabled?: boolean;
}

export function Select<Value extends string>(props: Props<Value>) {
  const { label, hint, options, value, onChange, disabled = false } = props;
  return (
    <Choosing
      className={styles.select ?? ""}
      value={value}
      isDisabled={disabled}
      onChange={(chosen) => {
        const option = options.find((one) => one.value === chosen);
        if (option) onChange(option.value);
      }}
    >
      <Label className={styles.label ?? ""}>{label}</Label>
      <Button className={styles.field ?? ""}>
        <SelectValue className={styles.value ?? ""} />
        <ChevronDown aria-hidden size={18} />
      </Button>
      {hint && (
        <Text slot="description" className={styles.hint ?? ""}>
          {hint}
        </Text>
      )}
      <Popover className={styles.popover ?? ""}>
        <ListBox
          className={styles.list ?? ""}
          items={options.map((option) => ({ ...option, id: option.value }))}
        >
          {(option) => (
            <ListBoxItem id={option.id} textValue={option.label} className={styles.option ?? ""}>
              <span>{option.label}</span>
              {option.hint && <span className={styles.hint}>{option.hint}</span>}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Choosing>
  );
}
