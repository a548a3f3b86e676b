// What the menu of an action-menu has in it.
import { MenuItem } from "react-aria-components";

import type { Action } from "./action.ts";
import { DroppedMenu } from "./dropped-menu.tsx";
import type { Dropped } from "./dropping.ts";
import styles from "./menu.module.css";

interface Props extends Dropped {
  readonly label: string;
  readonly actions: readonly Action[];
}

export function ActionList({ actions, ...menu }: Props) {
  return (
    <DroppedMenu {...menu} placement="bottom end">
      {actions.map(({ id, label, icon: Icon, danger = false, act }) => (
        <MenuItem key={id} id={id} className={styles.item ?? ""} data-danger={danger} onAction={act}>
          <Icon aria-hidden size={18} />
          {label}
        </MenuItem>
      ))}
    </DroppedMenu>
  );
}
