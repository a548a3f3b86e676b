// What people reacted with, and how many; one's own is put on and off here.
import type { TimelineItem } from "@herold/engine";
import { ToggleButton } from "react-aria-components";

import type { ConversationModel } from "../../models/conversation.model.ts";
import { useTexts } from "../../parts/texts.tsx";
import styles from "./item.module.css";

export function ReactionsView({ model, item }: { model: ConversationModel; item: TimelineItem }) {
  const { say, locale } = useTexts();
  const { eventId, reactions } = item;
  if (!eventId || reactions.length === 0) return null;
  return (
    <div className={styles.reactions}>
      {reactions.map(({ key, by, mine }) => {
        const names = new Intl.ListFormat(locale).format(by.map((one) => one.name));
        return (
          <ToggleButton
            key={key}
            className={styles.reaction ?? ""}
            isSelected={mine}
            aria-label={say("message.reacted", { names, key, count: by.length })}
            onChange={(chosen) =>
              void (chosen ? model.room.react(eventId, key) : model.room.unreact(eventId, key)).catch(
                () => undefined,
              )
            }
          >
            <span>{key}</span>
            <span>{by.length}</span>
          </ToggleButton>
        );
      })}
    </div>
  );
}
