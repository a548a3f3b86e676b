// What can be begun: the same in the menu above the conversations and wherever else it is offered.
import type { Session } from "@herold/engine";
import { Compass, LayoutGrid, type LucideIcon, MessageSquarePlus, Users } from "lucide-react";

import type { AppModel } from "../../models/app.model.ts";
import { startingOf } from "../../models/starting/starting.model.ts";
import type { TextKey } from "../../texts/keys.ts";

export interface NamedAction {
  readonly id: string;
  readonly label: TextKey;
  readonly icon: LucideIcon;
  readonly act: () => void;
}

export function startActions(app: AppModel, session: Session): readonly NamedAction[] {
  const starting = startingOf(session);
  const action = (
    id: "conversation" | "room" | "space" | "explore",
    icon: LucideIcon,
    act: () => void,
  ): NamedAction => ({ id, label: `starting.${id}`, icon, act });
  return [
    action("conversation", MessageSquarePlus, () => starting.conversation()),
    action("room", Users, () => starting.room({ space: false })),
    action("space", LayoutGrid, () => starting.room({ space: true })),
    action("explore", Compass, () => app.go({ kind: "explore" })),
  ];
}
