// A field to type into, with its label, a hint and what is wrong with it.
import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import {
  FieldError,
  Input,
  Label,
  Text,
  TextArea,
  TextField,
  type TextFieldProps,
} from "react-aria-components";

import { IconButton } from "./button.tsx";
import styles from "./field.module.css";
import { useSay } from "./texts.tsx";

interface Props extends Omit<TextFieldProps, "className" | "children" | "style"> {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly placeholder?: string;
  /** For more than one line. */
  readonly rows?: number;
  /** Keeps phones from beginning with a capital letter. */
  readonly autoCapitalize?: "none";
}

export function Field({
  label,
  hint,
  error,
  placeholder,
  rows,
  autoCapitalize,
  type = "text",
  ...rest
}: Props) {
  const say = useSay();
  const [shown, setShown] = useState(false);
  const secret = type === "password";
  return (
    <TextField
      {...rest}
      type={secret && shown ? "text" : type}
      isInvalid={error !== undefined}
      // What was refused may be sent again: only what the browser itself finds wrong holds a form back.
      validationBehavior={error === undefined ? "native" : "aria"}
      className={styles.field ?? ""}
    >
      <Label className={styles.label ?? ""}>{label}</Label>
      <div className={styles.line}>
        {rows ? (
          <TextArea className={styles.area ?? ""} rows={rows} {...(placeholder ? { placeholder } : {})} />
        ) : (
          <Input
            className={styles.input ?? ""}
            {...(placeholder ? { placeholder } : {})}
            {...(autoCapitalize ? { autoCapitalize } : {})}
          />
        )}
        {secret && (
          <IconButton
            icon={shown ? EyeOff : Eye}
            label={say(shown ? "common.hide-password" : "common.show-password")}
            onPress={() => setShown(!shown)}
          />
        )}
      </div>
      {hint && (
        <Text slot="description" className={styles.hint ?? ""}>
          {hint}
        </Text>
      )}
      <FieldError className={styles.error ?? ""}>{error}</FieldError>
    </TextField>
  );
}
