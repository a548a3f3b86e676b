// Something that can be done, as a menu shows it.
import type { LucideIcon } from "lucide-react";

export interface Action {
  readonly id: string;
  readonly label: string;
  readonly icon: LucideIcon;
  readonly danger?: boolean;
  readonly act: () => void;
}
