// A button that opens the list of emoji, which comes when it is first opened.
import type { LucideIcon } from "lucide-react";
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { Dialog, DialogTrigger, Popover } from "react-aria-components";

import { IconButton } from "../../parts/button.tsx";
import { useCloseRequest } from "../../parts/close-request.ts";
import { useSay } from "../../parts/texts.tsx";
import styles from "./emoji.module.css";

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
  const [open, setOpen] = useState(false);
  const taken = useRef<string>(undefined);
  useCloseRequest(open ? () => setOpen(false) : undefined);
  // As long as the list is there it holds the focus: only then may it be used elsewhere.
  useEffect(() => {
    if (open || !taken.current) return;
    onTake(taken.current);
    taken.current = undefined;
  }, [open, onTake]);
  const take = (sign: string): void => {
    taken.current = sign;
    setOpen(false);
  };
  return (
    <DialogTrigger isOpen={open} onOpenChange={setOpen}>
      <IconButton icon={icon} label={label} small={small} />
      <Popover className={styles.popover ?? ""} placement="top end">
        <Dialog aria-label={label} className={styles.dialog ?? ""}>
          {above?.(take)}
          <Suspense fallback={<p className={styles.nothing}>{say("common.loading")}</p>}>
            <EmojiPickerView onTake={take} />
          </Suspense>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
