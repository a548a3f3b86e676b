// A button that opens a list of things to do.
import type { LucideIcon } from "lucide-react";
import { Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { IconButton } from "./button.tsx";
import styles from "./menu.module.css";

export interface Action {
  readonly id: string;
  readonly label: string;
  readonly icon: LucideIcon;
  readonly danger?: boolean;
  readonly act: () => void;
}

interface Props {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly actions: readonly Action[];
  readonly small?: boolean;
}

export function ActionMenu({ icon, label, actions, small = false }: Props) {
  return (
    <MenuTrigger>
      <IconButton icon={icon} label={label} small={small} />
      <Popover className={styles.popover ?? ""} placement="bottom end">
        <Menu className={styles.menu ?? ""} aria-label={label}>
          {actions.map(({ id, label: words, icon: Icon, danger = false, act }) => (
            <MenuItem key={id} id={id} className={styles.item ?? ""} data-danger={danger} onAction={act}>
              <Icon aria-hidden size={18} />
              {words}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
