// How many answers of a thread are new to the person.
import type { ThreadSummary } from "@herold/engine";

import { useSay } from "../../parts/texts.tsx";
import styles from "./threads.module.css";

export function ThreadUnread({ unread }: { unread: ThreadSummary["unread"] }) {
  const say = useSay();
  if (unread.notifications === 0) return null;
  const label = [
    say("rooms.unread-count", { count: unread.notifications }),
    ...(unread.mentions > 0 ? [say("rooms.mentions", { count: unread.mentions })] : []),
  ].join(", ");
  return (
    <span className={styles.unread} data-mentions={unread.mentions > 0} role="img" aria-label={label}>
      {unread.notifications}
    </span>
  );
}
