// Whether somebody is there: said only where they let it be known.
import type { Live, Presence } from "@herold/engine";

import { useLive } from "../../parts/live.ts";
import { useTexts } from "../../parts/texts.tsx";
import { shortTime } from "../../texts/times.ts";
import styles from "./presence.module.css";

interface Props {
  readonly presence: Live<Presence>;
  /** What is said where nothing is known. */
  readonly otherwise?: string;
}

export function PresenceView({ presence, otherwise }: Props) {
  const { say, locale } = useTexts();
  const { state, activeAtMs, status } = useLive(presence);
  if (state === "unknown") return otherwise ?? null;
  const words =
    state !== "online" && activeAtMs !== undefined
      ? say("person.last-active", { when: shortTime(activeAtMs, Date.now(), locale, say) })
      : say(`person.${state}`);
  return (
    <span className={styles.fact}>
      <span className={styles.dot} data-state={state} />
      {status ? `${words} · ${status}` : words}
    </span>
  );
}
