// The way to something new: a conversation, a room, a space, or one that is there already.
import type { Session } from "@herold/engine";
import { Compass, LayoutGrid, MessageSquarePlus, SquarePen, Users } from "lucide-react";

import type { AppModel } from "../../models/app.model.ts";
import { startingOf } from "../../models/starting/starting.model.ts";
import { ActionMenu } from "../../parts/action-menu.tsx";
import { useSay } from "../../parts/texts.tsx";

export function StartMenu({ app, session }: { app: AppModel; session: Session }) {
  const say = useSay();
  const starting = startingOf(session);
  const action = (
    id: "conversation" | "room" | "space" | "explore",
    icon: typeof Users,
    act: () => void,
  ) => ({
    id,
    label: say(`starting.${id}`),
    icon,
    act,
  });
  return (
    <ActionMenu
      icon={SquarePen}
      label={say("starting.menu")}
      actions={[
        action("conversation", MessageSquarePlus, () => starting.conversation()),
        action("room", Users, () => starting.room({ space: false })),
        action("space", LayoutGrid, () => starting.room({ space: true })),
        action("explore", Compass, () => app.go({ kind: "explore" })),
      ]}
    />
  );
}
