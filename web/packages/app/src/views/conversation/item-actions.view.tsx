// What can be done with a message: at hand while one is over it, all of it in a menu.
import type { TimelineItem } from "@herold/engine";
import {
  Copy,
  Download,
  Ellipsis,
  Flag,
  Forward,
  History,
  Link,
  ListChecks,
  type LucideIcon,
  MessageSquareReply,
  Pencil,
  Pin,
  PinOff,
  Reply,
  SmilePlus,
  Trash2,
} from "lucide-react";
import { use, useEffect, useRef, useState } from "react";
import { Button, Menu, MenuItem, MenuTrigger, Popover, Toolbar } from "react-aria-components";
import { flushSync } from "react-dom";

import type { AppModel } from "../../models/app.model.ts";
import { mayForward, wordsToCopy } from "../../models/conversation/messages.ts";
import type { ConversationModel } from "../../models/conversation.model.ts";
import { MediaContext } from "../../parts/avatar.tsx";
import { IconButton } from "../../parts/button.tsx";
import { useCloseRequest } from "../../parts/close-request.ts";
import { useLive } from "../../parts/live.ts";
import { saveFile } from "../../parts/save-file.ts";
import { useSay } from "../../parts/texts.tsx";
import type { TextKey } from "../../texts/keys.ts";
import { EmojiButton } from "../emoji/emoji-button.view.tsx";
import styles from "./item.module.css";

/** At hand; any other through the emoji list. */
const QUICK = ["👍", "❤️", "😂", "🎉", "😮", "🙏"];

interface Props {
  readonly app: AppModel;
  readonly model: ConversationModel;
  readonly item: TimelineItem;
  /** A finger rests on the message: all of it is shown in the menu. */
  readonly held?: boolean;
  readonly onHeld?: (held: boolean) => void;
}

export function ItemActions(props: Props) {
  const { eventId, content } = props.item;
  return eventId && content.kind !== "redacted" ? <Actions {...props} eventId={eventId} /> : null;
}

type Sent = Props & { readonly eventId: string };

/** Who came to a message: over it, or by keyboard from before or behind it. */
type Came = "over" | "from-before" | "from-behind";

/** They are made for the message that somebody comes to: those of all would be most of what a scroll has to draw. */
function Actions(props: Sent) {
  const say = useSay();
  const [came, setCame] = useState<Came>();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const message = place.current?.closest("li, article");
    // At once: what is pressed next has to be there.
    const over = (): void => flushSync(() => setCame((known) => known ?? "over"));
    // A message that was just sent may have come to where the pointer is.
    if (message?.matches(":hover")) setCame("over");
    message?.addEventListener("pointerenter", over);
    return () => message?.removeEventListener("pointerenter", over);
  }, []);
  useEffect(() => {
    const buttons = place.current?.querySelectorAll("button");
    if (came === "from-before") buttons?.[0]?.focus();
    if (came === "from-behind") buttons?.[buttons.length - 1]?.focus();
  }, [came]);
  return (
    // One stop of the Tab key, however much can be done: there are many messages.
    <Toolbar ref={place} className={styles.actions ?? ""} aria-label={say("message.actions")}>
      {came || props.held ? (
        <Buttons {...props} />
      ) : (
        <button
          type="button"
          className={styles.waiting}
          aria-label={say("common.more")}
          onFocus={({ relatedTarget, currentTarget }) => {
            const from = relatedTarget && currentTarget.compareDocumentPosition(relatedTarget);
            setCame(from && from & Node.DOCUMENT_POSITION_FOLLOWING ? "from-behind" : "from-before");
          }}
        />
      )}
    </Toolbar>
  );
}

function Buttons({ app, model, item, held = false, onHeld, eventId }: Sent) {
  const say = useSay();
  const [open, setOpen] = useState(false);
  const { rights } = model.room.details.peek();
  const react = (key: string): void => void model.room.react(eventId, key).catch(() => undefined);
  const show = (shown: boolean): void => {
    setOpen(shown);
    if (!shown) onHeld?.(false);
  };
  useCloseRequest(open || held ? () => show(false) : undefined);
  const answers = answersTo(app, model, item, eventId);
  return (
    <>
      {rights.react && <ReactButton react={react} />}
      {answers.map(({ text, icon, act }) => (
        <IconButton key={text} small icon={icon} label={say(text)} onPress={act} />
      ))}
      <MenuTrigger isOpen={open || held} onOpenChange={show}>
        <IconButton small icon={Ellipsis} label={say("common.more")} />
        <Popover className={styles.popover ?? ""} placement="bottom end">
          {/* Where nothing is shown beside a message, the menu has all of it. */}
          {held && rights.react && (
            <QuickKeys
              take={(key) => {
                react(key);
                show(false);
              }}
            />
          )}
          <ItemMenu model={model} item={item} eventId={eventId} above={held ? answers : []} />
        </Popover>
      </MenuTrigger>
    </>
  );
}

function answersTo(app: AppModel, model: ConversationModel, item: TimelineItem, eventId: string): Entry[] {
  if (!model.room.details.peek().rights.send) return [];
  const reply: Entry = { text: "message.reply", icon: Reply, act: () => model.composer.reply(item) };
  if (model.thread) return [reply];
  const thread = (): void => app.showPanel({ kind: "thread", rootId: eventId });
  return [reply, { text: "threads.answer", icon: MessageSquareReply, act: thread }];
}

interface Entry {
  readonly text: TextKey;
  readonly icon: LucideIcon;
  readonly act: () => void;
  readonly danger?: boolean;
}

interface MenuProps extends Pick<Sent, "model" | "item" | "eventId"> {
  readonly above: readonly Entry[];
}

function ItemMenu({ model, item, eventId, above }: MenuProps) {
  const say = useSay();
  const media = use(MediaContext);
  const { rights, pinned } = useLive(model.room.details);
  const { content } = item;
  const words = wordsToCopy(content);
  const isPinned = pinned.includes(eventId);
  const save = async (): Promise<void> => {
    if ("source" in content && media) saveFile(await media.download(content.source), content.name);
  };
  const entries: (Entry | false)[] = [
    ...above,
    item.can.edit && { text: "message.edit", icon: Pencil, act: () => model.composer.edit(item) },
    words !== undefined && {
      text: "message.copy",
      icon: Copy,
      act: () => void navigator.clipboard.writeText(words),
    },
    {
      text: "message.copy-link",
      icon: Link,
      act: () => void navigator.clipboard.writeText(model.room.linkTo(eventId)),
    },
    mayForward(item) && {
      text: "message.forward",
      icon: Forward,
      act: () => model.ask({ kind: "forward", eventIds: [eventId] }),
    },
    "source" in content && {
      text: "message.download",
      icon: Download,
      // A file that does not come says so where it is shown.
      act: () => void save().catch(() => undefined),
    },
    rights.pin && {
      text: isPinned ? "message.unpin" : "message.pin",
      icon: isPinned ? PinOff : Pin,
      act: () => void model.room.pin(eventId, !isPinned).catch(() => undefined),
    },
    item.edited && {
      text: "message.versions",
      icon: History,
      act: () => model.ask({ kind: "versions", eventId }),
    },
    { text: "message.select", icon: ListChecks, act: () => model.select(item.id) },
    !item.mine && {
      text: "message.report",
      icon: Flag,
      act: () => model.ask({ kind: "report", eventId }),
      danger: true,
    },
    item.can.redact && {
      text: "message.remove",
      icon: Trash2,
      act: () => model.ask({ kind: "remove", eventIds: [eventId] }),
      danger: true,
    },
  ];
  return (
    <Menu className={styles.menu ?? ""}>
      {entries
        .filter((entry) => entry !== false)
        .map(({ text, icon: Icon, act, danger = false }) => (
          <MenuItem
            key={text}
            className={styles.entry ?? ""}
            data-danger={danger || undefined}
            onAction={act}
          >
            <Icon aria-hidden size={16} />
            {say(text)}
          </MenuItem>
        ))}
    </Menu>
  );
}

function ReactButton({ react }: { react: (key: string) => void }) {
  const say = useSay();
  return (
    <EmojiButton
      small
      icon={SmilePlus}
      label={say("message.react")}
      onTake={react}
      above={(take) => <QuickKeys take={take} />}
    />
  );
}

function QuickKeys({ take }: { take: (key: string) => void }) {
  return (
    <div className={styles.quick}>
      {QUICK.map((key) => (
        <Button key={key} className={styles.quickKey ?? ""} onPress={() => take(key)}>
          {key}
        </Button>
      ))}
    </div>
  );
}
