// Whether somebody is there: said only where they let it be known.
import type { Live, Presence } from "@herold/engine";

import { useLive } from "../../parts/live.ts";
import { useTexts } from "../../parts/texts.tsx";
import { shortTime } from "../../texts/times.ts";
import styles from "./person.module.css";

export function PresenceView({ presence }: { presence: Live<Presence> }) {
  const { say, locale } = useTexts();
  const { state, activeAtMs, status } = useLive(presence);
  if (state === "unknown") return null;
  const words =
    state !== "online" && activeAtMs !== undefined
      ? say("person.last-active", { when: shortTime(activeAtMs, Date.now(), locale, say) })
      : say(`person.${state}`);
  return (
    <p className={styles.fact}>
      <span className={styles.dot} data-state={state} />
      {status ? `${words} · ${status}` : words}
    </p>
  );
}
