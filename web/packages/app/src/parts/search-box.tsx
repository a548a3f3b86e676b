// A field for what is looked for, with a way to empty it; the arrow down leads to what was found.
import { Search, X } from "lucide-react";
import type { Ref } from "react";
import { Input, Button as Pressable, SearchField } from "react-aria-components";

import styles from "./search-box.module.css";

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onChange: (words: string) => void;
  readonly onDown: () => void;
  readonly className?: string | undefined;
  readonly input?: Ref<HTMLInputElement>;
}

export function SearchBox({ label, value, onChange, onDown, className = "", input }: Props) {
  return (
    <SearchField
      aria-label={label}
      className={`${styles.box} ${className}`}
      value={value}
      onChange={onChange}
      onKeyDown={(event) => {
        if (event.key === "ArrowDown") onDown();
      }}
    >
      <Search aria-hidden size={16} />
      <Input {...(input ? { ref: input } : {})} className={styles.input ?? ""} placeholder={label} />
      {value && (
        <Pressable className={styles.clear ?? ""}>
          <X aria-hidden size={16} />
        </Pressable>
      )}
    </SearchField>
  );
}
