// A button that opens something to choose from. What is done with what was chosen is done once it is closed.
import type { LucideIcon } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Dialog, DialogTrigger, Popover } from "react-aria-components";

import { IconButton } from "../../parts/button.tsx";
import { useCloseRequest } from "../../parts/close-request.ts";
import styles from "./emoji.module.css";

export type Close = (andThen: () => void) => void;

interface Props {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly small?: boolean;
  readonly wide?: boolean;
  readonly children: (close: Close) => ReactNode;
}

export function PickerButton({ icon, label, small = false, wide = false, children }: Props) {
  const [open, setOpen] = useState(false);
  const then = useRef<() => void>(undefined);
  useCloseRequest(open ? () => setOpen(false) : undefined);
  // As long as it is there it holds the focus: only then may it be used elsewhere.
  useEffect(() => {
    if (open) return;
    then.current?.();
    then.current = undefined;
  }, [open]);
  const close: Close = (andThen) => {
    then.current = andThen;
    setOpen(false);
  };
  return (
    <DialogTrigger isOpen={open} onOpenChange={setOpen}>
      <IconButton icon={icon} label={label} small={small} />
      <Popover className={`${styles.popover} ${wide ? styles.wide : ""}`} placement="top end">
        <Dialog aria-label={label} className={styles.dialog ?? ""}>
          {children(close)}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
