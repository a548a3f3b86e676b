// A button that opens a list of things to do.
import type { LucideIcon } from "lucide-react";

import { IconButton } from "./button.tsx";
import { useDropping } from "./dropping.ts";
import { Later, later } from "./later.tsx";

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

const actionList = later(async () => (await import("./action-list.tsx")).ActionList);

export function ActionMenu({ icon, label, actions, small = false }: Props) {
  const { button, dropped } = useDropping(actionList);
  return (
    <>
      <IconButton {...button} icon={icon} label={label} small={small} />
      {dropped && <Later code={actionList} with={{ ...dropped, label, actions }} waiting={null} />}
    </>
  );
}
