// What can be done with a message: at hand while one is over it, all of it in a menu.
import type { TimelineItem } from "@herold/engine";
import { Copy, Ellipsis, Pencil, Reply, SmilePlus, Trash2 } from "lucide-react";
import { Button, Dialog, DialogTrigger, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";

import type { ConversationModel } from "../../models/conversation.model.ts";
import { IconButton } from "../../parts/button.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./item.module.css";

/** At hand; any other through the emoji list. */
const QUICK = ["👍", "❤️", "😂", "🎉", "😮", "🙏"];

export function ItemActions({ model, item }: { model: ConversationModel; item: TimelineItem }) {
  const say = useSay();
  const { eventId, content } = item;
  if (!eventId || content.kind === "redacted") return null;
  const { rights } = model.room.details.peek();
  const words =
    "words" in content ? content.words.plain : "caption" in content ? content.caption?.plain : undefined;
  return (
    <div className={styles.actions} role="toolbar" aria-label={say("message.actions")}>
      {rights.react && (
        <ReactButton react={(key) => void model.room.react(eventId, key).catch(() => undefined)} />
      )}
      {rights.send && (
        <IconButton
          small
          icon={Reply}
          label={say("message.reply")}
          onPress={() => model.composer.reply(item)}
        />
      )}
      <MenuTrigger>
        <IconButton small icon={Ellipsis} label={say("common.more")} />
        <Popover className={styles.popover ?? ""} placement="bottom end">
          <Menu className={styles.menu ?? ""}>
            {words && (
              <MenuItem
                className={styles.entry ?? ""}
                onAction={() => void navigator.clipboard.writeText(words)}
              >
                <Copy aria-hidden size={16} />
                {say("message.copy")}
              </MenuItem>
            )}
            {item.can.edit && (
              <MenuItem className={styles.entry ?? ""} onAction={() => model.composer.edit(item)}>
                <Pencil aria-hidden size={16} />
                {say("message.edit")}
              </MenuItem>
            )}
            {item.can.redact && (
              <MenuItem
                className={styles.entry ?? ""}
                data-danger
                onAction={() => void model.room.redact(eventId).catch(() => undefined)}
              >
                <Trash2 aria-hidden size={16} />
                {say("message.remove")}
              </MenuItem>
            )}
          </Menu>
        </Popover>
      </MenuTrigger>
    </div>
  );
}

function ReactButton({ react }: { react: (key: string) => void }) {
  const say = useSay();
  return (
    <DialogTrigger>
      <IconButton small icon={SmilePlus} label={say("message.react")} />
      <Popover className={styles.popover ?? ""} placement="top">
        <Dialog aria-label={say("message.react")} className={styles.quick ?? ""}>
          {({ close }) =>
            QUICK.map((key) => (
              <Button
                key={key}
                className={styles.quickKey ?? ""}
                onPress={() => {
                  react(key);
                  close();
                }}
              >
                {key}
              </Button>
            ))
          }
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
