// What is one press away from every conversation.
import type { Room } from "@herold/engine";
import { MessagesSquare } from "lucide-react";

import type { AppModel } from "../../models/app.model.ts";
import { IconButton } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { useSay } from "../../parts/texts.tsx";
import styles from "./conversation.module.css";

export function HeadActions({ app, room }: { app: AppModel; room: Room }) {
  const say = useSay();
  const { membership } = useLive(room.summary);
  const threads = useLive(room.threads.items);
  const route = useLive(app.route);
  if (membership !== "joined") return null;
  const panel = route.kind === "room" ? route.panel?.kind : undefined;
  const news = threads.some(({ summary }) => summary.unread.notifications > 0);
  return (
    <div className={styles.headActions}>
      <span className={styles.news} data-news={news}>
        <IconButton
          icon={MessagesSquare}
          label={say(news ? "threads.open-unread" : "panel.threads")}
          aria-expanded={panel === "threads"}
          onPress={() => app.showPanel(panel === "threads" ? undefined : { kind: "threads" })}
        />
      </span>
    </div>
  );
}
