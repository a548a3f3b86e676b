// The menu that a button dropped down.
import type { ReactNode } from "react";
import { Menu, Popover } from "react-aria-components";

import { useCloseRequest } from "./close-request.ts";
import type { Dropped } from "./dropping.ts";
import styles from "./menu.module.css";

interface Props extends Dropped {
  readonly label: string;
  readonly placement?: "bottom start" | "bottom end";
  /** Above the entries. */
  readonly head?: ReactNode;
  readonly children: ReactNode;
}

export function DroppedMenu({ trigger, begin, onClose, label, placement, head, children }: Props) {
  useCloseRequest(begin && onClose);
  return (
    <Popover
      aria-label={label}
      className={styles.popover ?? ""}
      triggerRef={trigger}
      isOpen={begin !== undefined}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      {...(placement ? { placement } : {})}
    >
      {head}
      <Menu
        className={styles.menu ?? ""}
        aria-label={label}
        autoFocus={begin === undefined || begin === "menu" ? true : begin}
        onClose={onClose}
      >
        {children}
      </Menu>
    </Popover>
  );
}
