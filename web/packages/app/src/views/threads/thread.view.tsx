// One thread: the message it began with, the answers, and where one writes another.
import { useEffect } from "react";

import { useLive } from "../../parts/live.ts";
import { conversationOf } from "../conversation/conversations.ts";
import { DropView } from "../conversation/drop.view.tsx";
import { TimelineView } from "../conversation/timeline.view.tsx";
import { WriteView } from "../conversation/write.view.tsx";
import type { PanelProps } from "../panel/panels.ts";
import styles from "./threads.module.css";

export function ThreadView({ app, session, room, panel }: PanelProps<"thread">) {
  const model = conversationOf(app, session, room, panel.rootId);
  const { rights } = useLive(room.details);
  // Whoever opens the thread itself wants what is new in it, wherever in it they were before.
  useEffect(() => {
    if (!panel.eventId) model.goToNewest();
  }, [model, panel.eventId]);
  return (
    <div className={styles.thread}>
      <DropView composer={model.composer} allowed={rights.send}>
        <TimelineView app={app} model={model} eventId={panel.eventId} />
        <div className={styles.gap} />
        <WriteView app={app} model={model} />
      </DropView>
    </div>
  );
}
