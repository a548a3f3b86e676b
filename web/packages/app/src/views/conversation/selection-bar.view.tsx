// What can be done with the messages that are chosen; it stands where one writes otherwise.
import { Copy, Forward, Trash2, X } from "lucide-react";
import { Toolbar } from "react-aria-components";

import type { ConversationModel } from "../../models/conversation.model.ts";
import { IconButton } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { useSay } from "../../parts/texts.tsx";
import styles from "./conversation.module.css";

export function SelectionBar({ model }: { model: ConversationModel }) {
  const say = useSay();
  const { selection } = model;
  const items = useLive(selection.items);
  const forwardable = useLive(selection.forwardable);
  const removable = useLive(selection.removable);
  const eventIds = items.flatMap((item) => item.eventId ?? []);
  return (
    <Toolbar className={styles.selection ?? ""} aria-label={say("message.selected-actions")}>
      <IconButton icon={X} label={say("common.cancel")} onPress={() => selection.end()} />
      <p role="status">{say("message.selected", { count: items.length })}</p>
      <IconButton
        icon={Copy}
        label={say("message.copy")}
        isDisabled={items.length === 0}
        onPress={() => {
          void navigator.clipboard.writeText(selection.words());
          selection.end();
        }}
      />
      <IconButton
        icon={Forward}
        label={say("message.forward")}
        isDisabled={!forwardable}
        onPress={() => model.ask({ kind: "forward", eventIds })}
      />
      <IconButton
        icon={Trash2}
        label={say("message.remove")}
        isDisabled={!removable}
        onPress={() => model.ask({ kind: "remove", eventIds })}
      />
    </Toolbar>
  );
}
