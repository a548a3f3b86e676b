// Who is writing right now.
import type { Room } from "@herold/engine";

import { useLive } from "../../parts/live.ts";
import { useSay } from "../../parts/texts.tsx";
import styles from "./conversation.module.css";

export function TypingView({ room }: { room: Room }) {
  const say = useSay();
  const typing = useLive(room.typing);
  const [first, second] = typing;
  return (
    <p className={styles.typing} aria-live="polite">
      {first &&
        say("conversation.typing", {
          count: typing.length,
          first: first.name,
          second: second?.name ?? "",
          others: typing.length - 1,
        })}
    </p>
  );
}
