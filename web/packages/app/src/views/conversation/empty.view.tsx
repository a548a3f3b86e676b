// A conversation of which nothing is here: because nothing was said, or because it could not be asked for.
import type { ConversationModel } from "../../models/conversation.model.ts";
import { Button } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { useSay } from "../../parts/texts.tsx";
import styles from "./timeline.module.css";

export function EmptyView({ model }: { model: ConversationModel }) {
  const say = useSay();
  const older = useLive(useLive(model.timeline).older);
  if (older === "loading" || older === "end") {
    return (
      <div className={styles.empty} aria-busy={older === "loading"}>
        {say(older === "loading" ? "common.loading" : "conversation.empty")}
      </div>
    );
  }
  return (
    <div className={styles.empty} role="status">
      {older === "failed" && <span>{say("failure.unreachable")}</span>}
      <Button look="quiet" onPress={() => void model.loadOlder()}>
        {say("common.retry")}
      </Button>
    </div>
  );
}
