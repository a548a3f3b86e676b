// A button that opens a list of things to do.
import type { LucideIcon } from "lucide-react";

import type { Action } from "./action.ts";
import { IconButton } from "./button.tsx";
import { useDropping } from "./dropping.ts";
import { Later, later } from "./later.tsx";

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
