// What can be done from everywhere. Whoever adds something that can be done anywhere adds its line.
import type { Session } from "@herold/engine";
import { Settings } from "lucide-react";

import type { AppModel } from "../../models/app.model.ts";
import { type NamedAction, startActions } from "../starting/start-actions.ts";

export function paletteActions(app: AppModel, session: Session): readonly NamedAction[] {
  return [
    ...startActions(app, session),
    { id: "settings", label: "common.settings", icon: Settings, act: () => app.go({ kind: "settings" }) },
  ];
}
