// A call that was, in the conversation.
import type { Content } from "@herold/engine";
import { Phone, PhoneMissed, Video } from "lucide-react";

import { useSay } from "../../../parts/texts.tsx";
import styles from "./content.module.css";

interface Props {
  readonly content: Extract<Content, { kind: "call" }>;
  readonly mine: boolean;
}

export function CallEventView({ content: { outcome, video }, mine }: Props) {
  const say = useSay();
  const missed = outcome === "missed" && !mine;
  const Icon = missed ? PhoneMissed : video ? Video : Phone;
  return (
    <p className={styles.location}>
      <Icon aria-hidden size={18} />
      {outcome === "missed" && mine ? say("calls.event-unanswered") : say(`calls.event-${outcome}`)}
    </p>
  );
}
