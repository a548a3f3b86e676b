// A call that was, in the conversation. One that was missed can be answered late: by calling back.
import type { Content } from "@herold/engine";
import { Phone, PhoneMissed, Video } from "lucide-react";

import type { ConversationModel } from "../../../models/conversation.model.ts";
import { Button } from "../../../parts/button.tsx";
import { useSay } from "../../../parts/texts.tsx";
import { useCalling } from "../../calls/calling.ts";
import styles from "./content.module.css";

interface Props {
  readonly content: Extract<Content, { kind: "call" }>;
  readonly mine: boolean;
  /** Where one may call from; else it is only shown. */
  readonly model?: ConversationModel | undefined;
}

export function CallEventView({ content: { outcome, video }, mine, model }: Props) {
  const say = useSay();
  const missed = outcome === "missed" && !mine;
  const Icon = missed ? PhoneMissed : video ? Video : Phone;
  return (
    <>
      <p className={styles.location}>
        <Icon aria-hidden size={18} />
        {outcome === "missed" && mine ? say("calls.event-unanswered") : say(`calls.event-${outcome}`)}
      </p>
      {missed && model && <CallBack model={model} video={video} />}
    </>
  );
}

/** In the way the other one wanted to talk. */
function CallBack({ model: { session, room }, video }: { model: ConversationModel; video: boolean }) {
  const say = useSay();
  const calling = useCalling(session, room);
  if (!calling) return null;
  return (
    <Button
      look="quiet"
      icon={video ? Video : Phone}
      isDisabled={!calling.possible}
      onPress={() => calling.start(video)}
    >
      {say(video ? "calls.call-back-video" : "calls.call-back")}
    </Button>
  );
}
