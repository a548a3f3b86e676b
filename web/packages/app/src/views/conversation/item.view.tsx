// One message, or one thing that happened: who, what, when, and what can be done with it.
import type { Shield, TimelineItem } from "@herold/engine";
import { CircleAlert, Clock, RotateCw, ShieldAlert, Trash2 } from "lucide-react";
import { memo, useEffect, useState } from "react";

import type { AppModel } from "../../models/app.model.ts";
import type { ConversationModel, Row } from "../../models/conversation.model.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { Button, IconButton } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { Mishap } from "../../parts/mishap.tsx";
import { useSay, useTexts } from "../../parts/texts.tsx";
import { firstLink } from "../../parts/words.tsx";
import { crowdOf, happening } from "../../texts/happening.ts";
import type { TextKey } from "../../texts/keys.ts";
import { shortWords } from "../../texts/short-words.ts";
import { clockTime, fullTime } from "../../texts/times.ts";
import { AlbumView } from "../pictures/album.view.tsx";
import { ThreadSummaryView } from "../threads/thread-summary.view.tsx";
import { ContentView } from "./contents/content.view.tsx";
import { LinkPreviewView } from "./contents/link-preview.view.tsx";
import styles from "./item.module.css";
import { ItemActions } from "./item-actions.view.tsx";
import { ReactionsView } from "./reactions.view.tsx";
import { ReadersView } from "./readers.view.tsx";
import { ReplyView } from "./reply.view.tsx";
import { useTouching } from "./touching.ts";

interface Props {
  readonly app: AppModel;
  readonly model: ConversationModel;
  readonly row: Extract<Row, { kind: "item" }>;
  readonly target: boolean;
}

export const ItemView = memo(function ItemView(props: Props) {
  const texts = useTexts();
  const { item, album } = props.row;
  const happened = happening(item, texts.say, album && crowdOf(album, texts));
  if (happened !== undefined) return <p className={styles.happening}>{happened}</p>;
  return <MessageView {...props} />;
}, same);

function same(before: Props, now: Props): boolean {
  const [left, right] = [before.row, now.row];
  return (
    left.item === right.item &&
    sameItems(left.album, right.album) &&
    left.continues === right.continues &&
    left.continued === right.continued &&
    before.target === now.target &&
    before.model === now.model
  );
}

type Album = Props["row"]["album"];

function sameItems(left: Album, right: Album): boolean {
  return (
    left === right || (left?.length === right?.length && !!left?.every((item, at) => item === right?.[at]))
  );
}

function MessageView({ app, model, row: { item, album, continues, continued }, target }: Props) {
  const { say, locale } = useTexts();
  const betweenTwo = useLive(model.betweenTwo);
  const encrypted = useLive(model.encrypted);
  const about = (): void => app.showPanel({ kind: "person", userId: item.sender.userId });
  const named = !continues && !item.mine && !betweenTwo;
  const [held, setHeld] = useState(false);
  const answers = item.eventId !== undefined && !album && model.room.details.peek().rights.send;
  const touching = useTouching({
    onHold: () => setHeld(true),
    onDraw: answers ? () => model.composer.reply(item) : undefined,
  });
  return (
    <article
      {...touching}
      className={styles.message}
      data-mine={item.mine}
      data-continues={continues}
      data-target={target}
      aria-label={`${item.mine ? say("common.you") : item.sender.name}, ${fullTime(item.atMs, locale)}`}
    >
      <div className={styles.choices}>
        {(album ?? [item]).map((one) => (
          <Chosen key={one.id} model={model} item={one} />
        ))}
      </div>
      {!item.mine && !betweenTwo && (
        <div className={styles.picture}>
          {!continued && (
            // The name beside it is the same way by keyboard.
            <button type="button" className={styles.person} tabIndex={-1} aria-hidden onClick={about}>
              <Avatar id={item.sender.userId} name={item.sender.name} address={item.sender.avatar} />
            </button>
          )}
        </div>
      )}
      <div className={styles.column}>
        <div className={styles.bubble} data-mentions={item.mentionsMe} data-kind={item.content.kind}>
          {named && (
            <button type="button" className={`${styles.person} ${styles.sender}`} onClick={about}>
              {item.sender.name}
            </button>
          )}
          <Mishap place="line" of={item}>
            {item.reply && (
              <ReplyView
                reply={item.reply}
                onOpen={(eventId) => void model.goToAnswered(eventId, item.eventId)}
              />
            )}
            {album ? (
              <AlbumView app={app} model={model} items={album} />
            ) : (
              <ContentView app={app} model={model} item={item} target={target} />
            )}
            <Preview item={item} encrypted={encrypted} />
          </Mishap>
          <Foot item={item} locale={locale} />
          {!album && <ItemActions app={app} model={model} item={item} held={held} onHeld={setHeld} />}
        </div>
        {item.thread && <ThreadSummaryView app={app} thread={item.thread} />}
        <ReactionsView model={model} item={item} />
        <Sending model={model} item={item} />
        <ReadersView readers={item.readBy} />
      </div>
    </article>
  );
}

/** While messages are chosen, each that was sent has a box to tick. */
function Chosen({ model, item }: { model: ConversationModel; item: TimelineItem }) {
  const texts = useTexts();
  const { say } = texts;
  const ids = useLive(model.selection.ids);
  if (!ids || !item.eventId) return null;
  return (
    <input
      type="checkbox"
      className={styles.choice}
      checked={ids.has(item.id)}
      aria-label={say("message.choose", { name: item.sender.name, text: shortWords(item.content, texts) })}
      onChange={(event) => model.selection.set(item.id, event.target.checked)}
    />
  );
}

function Preview({ item: { content }, encrypted }: { item: TimelineItem; encrypted: boolean }) {
  if (content.kind !== "text" && content.kind !== "notice") return null;
  const link = firstLink(content.words);
  return link ? <LinkPreviewView link={link} encrypted={encrypted} /> : null;
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
      {(item.state.kind === "sending" || item.state.kind === "waiting") && (
        <Clock role="img" aria-label={say("message.sending")} size={12} />
      )}
    </span>
  );
}

function Sending({ model, item }: { model: ConversationModel; item: TimelineItem }) {
  const say = useSay();
  const { state, content } = item;
  const late = useLate(state.kind === "sending" && state.progress === undefined && state.mayStop);
  const timeline = model.timeline.peek();
  const again = (): void => void timeline.retry(item.id).catch(() => undefined);
  const discard = (): void => void timeline.discard(item.id).catch(() => undefined);
  if (state.kind === "sending" && state.progress !== undefined && content.kind !== "image") {
    return (
      <div className={styles.sending}>
        <progress value={state.progress} aria-label={say("message.sending")} />
        <Button look="quiet" onPress={discard}>
          {say("common.cancel")}
        </Button>
      </div>
    );
  }
  if (state.kind === "waiting" || late) {
    const lost = state.kind === "waiting" && state.lostWithPage;
    return (
      <div className={styles.sending} role="status">
        <span>{say(lost ? "message.waiting-here" : "message.waiting")}</span>
        {!late && <IconButton small icon={RotateCw} label={say("common.retry")} onPress={again} />}
        <IconButton small icon={Trash2} label={say("message.discard")} onPress={discard} />
      </div>
    );
  }
  if (state.kind !== "failed") return null;
  const lost = state.reason === "file-lost";
  return (
    <div className={styles.failed} role="alert">
      <CircleAlert aria-hidden size={16} />
      <span>{say("message.failed", { why: say(`failure.${state.reason}`) })}</span>
      {!lost && (
        <Button look="quiet" onPress={again}>
          {say("common.retry")}
        </Button>
      )}
      <Button look="quiet" onPress={discard}>
        {say(lost ? "message.remove" : "message.discard")}
      </Button>
    </div>
  );
}

/** What has not left by then waits for a connection, whether its request has failed already or not. */
const LATE_MS = 4_000;

function useLate(waits: boolean): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!waits) return undefined;
    const timer = setTimeout(() => setLate(true), LATE_MS);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [waits]);
  return waits && late;
}
