// A conversation of which nothing is here: because nothing was said, or because it could not be asked for.
import { useLayoutEffect } from "react";

import type { ConversationModel } from "../../models/conversation.model.ts";
import { Button } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { useSay } from "../../parts/texts.tsx";
import styles from "./timeline.module.css";

export function EmptyView({ model }: { model: ConversationModel }) {
  const say = useSay();
  const older = useLive(useLive(model.timeline).older);
  // There is more, and nothing of what is here can be seen.
  useLayoutEffect(() => {
    if (older === "idle") void model.loadOlder();
  }, [older, model]);
  if (older !== "failed") {
    return (
      <div className={styles.empty} aria-busy={older !== "end"}>
        {say(older === "end" ? "conversation.empty" : "common.loading")}
      </div>
    );
  }
  return (
    <div className={styles.empty} role="status">
      <span>{say("failure.unreachable")}</span>
      <Button look="quiet" onPress={() => void model.loadOlder()}>
        {say("common.retry")}
      </Button>
    </div>
  );
}
