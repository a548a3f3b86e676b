// One message, or one thing that happened: who, what, when, and what can be done with it.
import type { Shield, TimelineItem } from "@herold/engine";
import { CircleAlert, Clock, ShieldAlert } from "lucide-react";
import { memo } from "react";

import type { AppModel } from "../../models/app.model.ts";
import type { ConversationModel, Row } from "../../models/conversation.model.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { Button } from "../../parts/button.tsx";
import { useSay, useTexts } from "../../parts/texts.tsx";
import type { TextKey } from "../../texts/keys.ts";
import { clockTime, fullTime } from "../../texts/times.ts";
import { ContentView } from "./contents/content.view.tsx";
import { happening } from "./happening.ts";
import styles from "./item.module.css";
import { ItemActions } from "./item-actions.view.tsx";
import { ReactionsView } from "./reactions.view.tsx";
import { ReplyView } from "./reply.view.tsx";

interface Props {
  readonly app: AppModel;
  readonly model: ConversationModel;
  readonly row: Extract<Row, { kind: "item" }>;
  readonly target: boolean;
}

export const ItemView = memo(function ItemView(props: Props) {
  const { say } = useTexts();
  const { item } = props.row;
  const happened = happening(item, say);
  if (happened !== undefined) return <p className={styles.happening}>{happened}</p>;
  return <MessageView {...props} />;
}, same);

function same(before: Props, now: Props): boolean {
  const [left, right] = [before.row, now.row];
  return (
    left.item === right.item &&
    left.continues === right.continues &&
    left.continued === right.continued &&
    before.target === now.target &&
    before.model === now.model
  );
}

function MessageView({ app, model, row: { item, continues, continued }, target }: Props) {
  const { say, locale } = useTexts();
  const summary = model.room.summary.peek();
  const named = !continues && !item.mine && summary.direct === undefined;
  return (
    <article
      className={styles.message}
      data-mine={item.mine}
      data-continues={continues}
      data-target={target}
      aria-label={`${item.mine ? say("common.you") : item.sender.name}, ${fullTime(item.atMs, locale)}`}
    >
      {!item.mine && summary.direct === undefined && (
        <div className={styles.picture}>
          {!continued && (
            <Avatar id={item.sender.userId} name={item.sender.name} address={item.sender.avatar} />
          )}
        </div>
      )}
      <div className={styles.column}>
        <div className={styles.bubble} data-mentions={item.mentionsMe} data-kind={item.content.kind}>
          {named && <p className={styles.sender}>{item.sender.name}</p>}
          {item.reply && <ReplyView reply={item.reply} onOpen={(eventId) => void model.goTo(eventId)} />}
          <ContentView app={app} item={item} />
          <Foot item={item} locale={locale} />
          <ItemActions model={model} item={item} />
        </div>
        <ReactionsView model={model} item={item} />
        <Sending model={model} item={item} />
        <Readers item={item} />
      </div>
    </article>
  );
}

/** What is worth a warning. */
const SHIELDS: Partial<Record<Shield, TextKey>> = {
  "unconfirmed-device": "message.shield-unconfirmed-device",
  "unknown-device": "message.shield-unknown-device",
  "identity-changed": "message.shield-identity-changed",
  "not-encrypted": "message.shield-not-encrypted",
};

function Foot({ item, locale }: { item: TimelineItem; locale: string }) {
  const say = useSay();
  const warning = SHIELDS[item.encryption];
  return (
    <span className={styles.foot}>
      {warning && <ShieldAlert role="img" aria-label={say(warning)} size={13} />}
      {item.edited && <span>{say("message.edited")}</span>}
      <time dateTime={new Date(item.atMs).toISOString()} title={fullTime(item.atMs, locale)}>
        {clockTime(item.atMs, locale)}
      </time>
      {item.state.kind === "sending" && <Clock role="img" aria-label={say("message.sending")} size={12} />}
    </span>
  );
}

function Sending({ model, item }: { model: ConversationModel; item: TimelineItem }) {
  const say = useSay();
  const { state } = item;
  const timeline = model.timeline.peek();
  if (state.kind === "sending" && state.progress !== undefined) {
    return (
      <div className={styles.sending}>
        <progress value={state.progress} aria-label={say("message.sending")} />
        <Button look="quiet" onPress={() => void timeline.discard(item.id)}>
          {say("common.cancel")}
        </Button>
      </div>
    );
  }
  if (state.kind !== "failed") return null;
  return (
    <div className={styles.failed} role="alert">
      <CircleAlert aria-hidden size={16} />
      <span>{say("message.failed", { why: say(`failure.${state.reason}`) })}</span>
      <Button look="quiet" onPress={() => void timeline.retry(item.id).catch(() => undefined)}>
        {say("common.retry")}
      </Button>
      <Button look="quiet" onPress={() => void timeline.discard(item.id)}>
        {say("message.discard")}
      </Button>
    </div>
  );
}

const READERS_SHOWN = 4;

function Readers({ item: { readBy } }: { item: TimelineItem }) {
  const { say, locale } = useTexts();
  if (readBy.length === 0) return null;
  const names = new Intl.ListFormat(locale).format(readBy.map((reader) => reader.name));
  return (
    <div
      className={styles.readers}
      role="img"
      aria-label={say("message.read-by", { names })}
      title={say("message.read-by", { names })}
    >
      {readBy.slice(0, READERS_SHOWN).map((reader) => (
        <Avatar
          key={reader.userId}
          id={reader.userId}
          name={reader.name}
          address={reader.avatar}
          size="small"
        />
      ))}
      {readBy.length > READERS_SHOWN && <span>+{readBy.length - READERS_SHOWN}</span>}
    </div>
  );
}
