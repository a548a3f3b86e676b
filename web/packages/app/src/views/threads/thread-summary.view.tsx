// What stands under a message that a thread began with.
import type { ThreadSummary } from "@herold/engine";
import { MessagesSquare } from "lucide-react";
import { Button } from "react-aria-components";

import type { AppModel } from "../../models/app.model.ts";
import { useTexts } from "../../parts/texts.tsx";
import { lineWords } from "../../texts/short-words.ts";
import { ThreadUnread } from "./thread-unread.view.tsx";
import styles from "./threads.module.css";

export function ThreadSummaryView({ app, thread }: { app: AppModel; thread: ThreadSummary }) {
  const texts = useTexts();
  const { say } = texts;
  return (
    <Button
      className={styles.summary ?? ""}
      onPress={() => app.showPanel({ kind: "thread", rootId: thread.rootId })}
    >
      <MessagesSquare aria-hidden size={15} />
      <strong>{say("threads.count", { count: thread.count })}</strong>
      {thread.latest && (
        <span className={styles.summaryWords}>
          {lineWords({ ...thread.latest, mine: false }, { alone: false }, texts)}
        </span>
      )}
      <ThreadUnread unread={thread.unread} />
    </Button>
  );
}
