// The way to something new: a conversation, a room, a space, or one that is there already.
import type { Session } from "@herold/engine";
import { SquarePen } from "lucide-react";

import type { AppModel } from "../../models/app.model.ts";
import { ActionMenu } from "../../parts/action-menu.tsx";
import { useSay } from "../../parts/texts.tsx";
import { startActions } from "./start-actions.ts";

export function StartMenu({ app, session }: { app: AppModel; session: Session }) {
  const say = useSay();
  const actions = startActions(app, session).map((action) => ({ ...action, label: say(action.label) }));
  return <ActionMenu icon={SquarePen} label={say("starting.menu")} actions={actions} />;
}
