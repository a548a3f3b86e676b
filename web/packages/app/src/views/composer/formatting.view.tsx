// The buttons of formatting, each with its shortcut.
import {
  Bold,
  Code,
  EyeOff,
  Italic,
  Link,
  List,
  ListOrdered,
  type LucideIcon,
  Strikethrough,
  TextQuote,
  X,
} from "lucide-react";
import { Toolbar } from "react-aria-components";

import type { Format } from "../../models/composer/formatting.ts";
import { IconButton } from "../../parts/button.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./composer.module.css";

const BUTTONS: readonly { format: Format; icon: LucideIcon }[] = [
  { format: "bold", icon: Bold },
  { format: "italic", icon: Italic },
  { format: "strike", icon: Strikethrough },
  { format: "code", icon: Code },
  { format: "list", icon: List },
  { format: "numbers", icon: ListOrdered },
  { format: "quote", icon: TextQuote },
  { format: "link", icon: Link },
  { format: "spoiler", icon: EyeOff },
];

/** By the place of the key, so that keyboards of all countries have them. */
export const FORMAT_KEYS: readonly { format: Format; code: string; shift: boolean; shown: string }[] = [
  { format: "bold", code: "KeyB", shift: false, shown: "B" },
  { format: "italic", code: "KeyI", shift: false, shown: "I" },
  { format: "strike", code: "KeyX", shift: true, shown: "⇧X" },
  { format: "code", code: "KeyE", shift: false, shown: "E" },
  { format: "link", code: "KeyL", shift: true, shown: "⇧L" },
  { format: "numbers", code: "Digit7", shift: true, shown: "⇧7" },
  { format: "list", code: "Digit8", shift: true, shown: "⇧8" },
  { format: "quote", code: "Digit9", shift: true, shown: "⇧9" },
];

interface Props {
  readonly format: (wanted: Format) => void;
  readonly close: () => void;
}

export function FormattingView({ format, close }: Props) {
  const say = useSay();
  const modifier = /Mac|iP(hone|ad)/.test(navigator.userAgent) ? "⌘" : `${say("composer.ctrl")}+`;
  return (
    <Toolbar className={styles.formatting ?? ""} aria-label={say("composer.formatting")}>
      {BUTTONS.map(({ format: wanted, icon }) => {
        const key = FORMAT_KEYS.find((known) => known.format === wanted);
        const label = say(`composer.format-${wanted}`);
        return (
          <IconButton
            key={wanted}
            small
            icon={icon}
            label={key ? `${label} (${modifier}${key.shown})` : label}
            // The selection stays where it is.
            preventFocusOnPress
            onPress={() => format(wanted)}
          />
        );
      })}
      <IconButton small icon={X} label={say("common.close")} onPress={close} />
    </Toolbar>
  );
}
