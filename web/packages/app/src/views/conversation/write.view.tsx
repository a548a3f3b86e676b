// Below the messages: where one writes, or what can be done with the messages that are chosen.
import type { AppModel } from "../../models/app.model.ts";
import type { ConversationModel } from "../../models/conversation.model.ts";
import { useLive } from "../../parts/live.ts";
import { ComposerView } from "../composer/composer.view.tsx";
import { QuestionsView } from "./dialogs/questions.view.tsx";
import { SelectionBar } from "./selection-bar.view.tsx";

export function WriteView({ app, model }: { app: AppModel; model: ConversationModel }) {
  const { encrypted } = useLive(model.room.summary);
  const { rights } = useLive(model.room.details);
  const choosing = useLive(model.selection.ids) !== undefined;
  return (
    <>
      {choosing ? (
        <SelectionBar model={model} />
      ) : (
        <ComposerView
          model={model.composer}
          allowed={rights.send}
          encrypted={encrypted}
          items={() => model.newest()}
          openSettings={() => app.showPanel({ kind: "settings" })}
        />
      )}
      <QuestionsView model={model} />
    </>
  );
}
