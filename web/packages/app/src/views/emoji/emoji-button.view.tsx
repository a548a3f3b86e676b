// A button that opens the list of emoji, which comes when it is first opened.
import type { LucideIcon } from "lucide-react";
import { lazy, type ReactNode, Suspense } from "react";

import { useSay } from "../../parts/texts.tsx";
import styles from "./emoji.module.css";
import { PickerButton } from "./picker-button.view.tsx";

const EmojiPickerView = lazy(() =>
  import("./emoji-picker.view.tsx").then(({ EmojiPickerView }) => ({ default: EmojiPickerView })),
);

interface Props {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly small?: boolean;
  readonly onTake: (sign: string) => void;
  /** What stands above the list, and closes it when something of it is taken. */
  readonly above?: (take: (sign: string) => void) => ReactNode;
}

export function EmojiButton({ icon, label, small = false, onTake, above }: Props) {
  const say = useSay();
  return (
    <PickerButton icon={icon} label={label} small={small}>
      {(close) => {
        const take = (sign: string): void => close(() => onTake(sign));
        return (
          <>
            {above?.(take)}
            <Suspense fallback={<p className={styles.nothing}>{say("common.loading")}</p>}>
              <EmojiPickerView onTake={take} />
            </Suspense>
          </>
        );
      }}
    </PickerButton>
  );
}
