// Buttons: one that leads on, ones beside it, ones that are only an icon.
import type { LucideIcon } from "lucide-react";
import type { ReactNode, Ref } from "react";
import { type ButtonProps, Button as Pressable, Tooltip, TooltipTrigger } from "react-aria-components";

import styles from "./button.module.css";

type Look = "primary" | "plain" | "quiet" | "danger";

interface Props extends Omit<ButtonProps, "className" | "children" | "style"> {
  readonly look?: Look;
  readonly wide?: boolean;
  readonly icon?: LucideIcon;
  readonly children: ReactNode;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function Button({ look = "plain", wide = false, icon: Icon, children, ...rest }: Props) {
  return (
    <Pressable {...rest} className={`${styles.button} ${styles[look]} ${wide ? styles.wide : ""}`}>
      {Icon && <Icon aria-hidden size={18} />}
      <span>{children}</span>
    </Pressable>
  );
}

interface IconProps extends Omit<ButtonProps, "className" | "children" | "style" | "aria-label"> {
  readonly icon: LucideIcon;
  /** What it does, told to those who cannot see it, and to those who wait over it. */
  readonly label: string;
  readonly small?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function IconButton({ icon: Icon, label, small = false, ...rest }: IconProps) {
  return (
    <TooltipTrigger delay={500}>
      <Pressable {...rest} aria-label={label} className={`${styles.icon} ${small ? styles.small : ""}`}>
        <Icon aria-hidden size={small ? 16 : 20} />
      </Pressable>
      <Tooltip className={styles.tooltip ?? ""} offset={6}>
        {label}
      </Tooltip>
    </TooltipTrigger>
  );
}
