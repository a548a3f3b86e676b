// The newest pinned message, above the conversation; pressed, it is shown, and the next press shows the one before it.
import type { Room } from "@herold/engine";
import { List, Pin } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components";

import type { AppModel } from "../../models/app.model.ts";
import type { ConversationModel } from "../../models/conversation.model.ts";
import { IconButton } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { useTexts } from "../../parts/texts.tsx";
import { lineWords } from "../../texts/short-words.ts";
import styles from "./pinned.module.css";
import { useMessage } from "./pinned.view.tsx";

interface Props {
  readonly app: AppModel;
  readonly room: Room;
  readonly model: ConversationModel;
}

export function PinnedBanner({ app, room, model }: Props) {
  const texts = useTexts();
  const { say } = texts;
  const { pinned } = useLive(room.details);
  const [back, setBack] = useState(0);
  const eventId = pinned.at(-1 - (back % Math.max(1, pinned.length)));
  const item = useMessage(room, eventId);
  if (!eventId) return null;
  const words =
    item === undefined
      ? say("common.loading")
      : item === "gone"
        ? say("message.reply-not-here")
        : lineWords({ ...item, mine: false }, { alone: false }, texts);
  return (
    <section className={styles.banner} aria-label={say("panel.pinned")}>
      <Button
        className={styles.bannerButton ?? ""}
        onPress={() => {
          void model.goTo(eventId);
          setBack(back + 1);
        }}
      >
        <Pin aria-hidden size={16} />
        <span className={styles.bannerWords}>{words}</span>
      </Button>
      <IconButton
        small
        icon={List}
        label={say("message.all-pinned", { count: pinned.length })}
        onPress={() => app.showPanel({ kind: "pinned" })}
      />
    </section>
  );
}
