// The messages, drawn only where they are looked at; it never jumps, and stays at the end while one is there.

import { type Live, type Paging, signal } from "@herold/engine";
import { ArrowDown, ArrowUp, CalendarDays, CornerUpLeft, type LucideIcon, X } from "lucide-react";
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Button } from "react-aria-components";

import type { AppModel } from "../../models/app.model.ts";
import { type ConversationModel, holds, type Row } from "../../models/conversation.model.ts";
import { IconButton } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { Mishap } from "../../parts/mishap.tsx";
import { Notice } from "../../parts/notice.tsx";
import { usePreferences } from "../../parts/preferences.tsx";
import { type Reading, ReadingList, type ReadingListHandle } from "../../parts/reading-list.tsx";
import { useSay, useTexts } from "../../parts/texts.tsx";
import { dayName } from "../../texts/times.ts";
import { isPlaying } from "../voice/player.ts";
import { EmptyView } from "./empty.view.tsx";
import { ItemView } from "./item.view.tsx";
import { NewsView } from "./news.view.tsx";
import styles from "./timeline.module.css";

/** New messages that are seen at one glance need no way to the first of them. */
const UNREAD_WORTH = 8;

interface Props {
  readonly app: AppModel;
  readonly model: ConversationModel;
  readonly eventId: string | undefined;
}

export function TimelineView({ app, model, eventId }: Props) {
  const timeline = useLive(model.timeline);
  const rows = useLive(model.rows);
  // Before anything that is drawn counts as seen.
  useLayoutEffect(() => {
    if (eventId) void model.goTo(eventId);
  }, [model, eventId]);
  if (rows.length === 0) return <EmptyView model={model} />;
  // Another part of the conversation is another list: it starts where it has to.
  return <Rows key={timelineKey(timeline)} app={app} model={model} rows={rows} />;
}

const keys = new WeakMap<object, number>();
let nextKey = 0;

function timelineKey(timeline: object): number {
  const known = keys.get(timeline) ?? nextKey++;
  keys.set(timeline, known);
  return known;
}

function Rows({ app, model, rows }: Pick<Props, "app" | "model"> & { rows: readonly Row[] }) {
  const say = useSay();
  const timeline = useLive(model.timeline);
  const newer = useLive(timeline.newer);
  const target = useLive(model.target);
  const list = useRef<ReadingListHandle>(null);
  const { receipts } = useLive(usePreferences().everywhere);
  const [atEnd, setAtEnd] = useState(true);
  const [top] = useState(() => signal<string | undefined>(undefined));

  const targetRow = target && rows.find((one) => holds(one, target))?.id;
  // Once: whoever goes on from there is not brought back when other rows come.
  useLayoutEffect(() => {
    if (!targetRow) return undefined;
    list.current?.show(targetRow, "center");
    const done = setTimeout(() => model.arrived(), 2_000);
    return () => clearTimeout(done);
  }, [targetRow, model]);

  // Seen is what stands in a window that somebody looks at, and who is on their way to a message looks at nothing yet.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the model knows the target, and it is looked again without it
  useEffect(() => {
    const look = (): void => {
      if (rows.length > 0 && atEnd && document.visibilityState === "visible" && document.hasFocus())
        model.seen(!receipts);
      else model.away();
    };
    look();
    addEventListener("focus", look);
    addEventListener("blur", look);
    document.addEventListener("visibilitychange", look);
    return () => {
      removeEventListener("focus", look);
      removeEventListener("blur", look);
      document.removeEventListener("visibilitychange", look);
    };
  }, [atEnd, rows, model, receipts, target]);
  useEffect(() => () => model.away(), [model]);

  const drawRow = useCallback(
    (row: Row) => (
      <Mishap place="line" of={row}>
        <RowView app={app} model={model} row={row} target={target} />
      </Mishap>
    ),
    [app, model, target],
  );
  const read = useCallback(
    (reading: Reading, scrolled: boolean): void => {
      // Nobody who has just come needs to be told what day it is.
      if (scrolled) top.value = reading.top;
      setAtEnd(reading.atEnd);
      // What failed is tried again when the person comes there again.
      const may = (paging: Paging): boolean => paging === "idle" || (scrolled && paging === "failed");
      if (reading.nearStart && may(timeline.older.peek())) void model.loadOlder();
      if (reading.nearEnd && may(timeline.newer.peek())) void model.loadNewer();
      if (isPlaying()) return;
      if (reading.enoughFrom) model.letGo("older", reading.enoughFrom);
      if (reading.enoughTo) model.letGo("newer", reading.enoughTo);
    },
    [model, timeline, top],
  );
  return (
    <div className={styles.timeline}>
      <NewsView model={model} />
      <ReadingList
        ref={list}
        label={say("conversation.messages")}
        rows={rows}
        draw={drawRow}
        complete={newer === "end"}
        onRead={read}
      />
      <Ways model={model} rows={rows} list={list} top={top} />
      {!(atEnd && newer === "end") && (
        <div className={styles.down}>
          <IconButton
            icon={ArrowDown}
            label={say("conversation.to-newest")}
            onPress={() => {
              model.goToNewest();
              list.current?.toEnd();
            }}
          />
        </div>
      )}
    </div>
  );
}

/** The day of a message, when its own line is not in view. */
function dayOf(rows: readonly Row[], id: string): number | undefined {
  const row = rows.find((one) => one.id === id);
  return row?.kind === "item" ? row.item.atMs : undefined;
}

interface WaysProps {
  /** The topmost row. It changes while somebody scrolls, and nothing else is drawn for it. */
  readonly top: Live<string | undefined>;
  readonly model: ConversationModel;
  readonly rows: readonly Row[];
  readonly list: RefObject<ReadingListHandle | null>;
}

/** Ways to other places of the conversation, and that one of them leads nowhere. */
function Ways({ model, rows, list, top }: WaysProps) {
  const { say, locale } = useTexts();
  const topmost = useLive(top);
  const day = topmost === undefined ? undefined : dayOf(rows, topmost);
  const back = useLive(model.back);
  const failed = useLive(model.targetFailed);
  const unread = rows.findIndex((row) => row.kind === "new");
  const [gone, setGone] = useState(false);
  return (
    <div className={styles.ways}>
      {failed && (
        <div className={styles.failed}>
          <Notice kind="warning">{say("conversation.not-found")}</Notice>
          <IconButton small icon={X} label={say("common.close")} onPress={() => model.forgetFailed()} />
        </div>
      )}
      {day !== undefined && (
        <Way
          icon={CalendarDays}
          label={say("conversation.day", { day: dayName(day, Date.now(), locale) })}
          onPress={() => model.ask({ kind: "date" })}
        >
          {dayName(day, Date.now(), locale)}
        </Way>
      )}
      {back !== undefined && (
        <Way icon={CornerUpLeft} onPress={() => void model.goBack()}>
          {say("conversation.back-to-answer")}
        </Way>
      )}
      {unread >= 0 && !gone && rows.length - unread > UNREAD_WORTH && (
        <Way
          icon={ArrowUp}
          onPress={() => {
            setGone(true);
            const row = rows[unread];
            if (row) list.current?.show(row.id, "start");
          }}
        >
          {say("conversation.to-unread")}
        </Way>
      )}
    </div>
  );
}

interface WayProps {
  readonly icon: LucideIcon;
  readonly label?: string;
  readonly onPress: () => void;
  readonly children: string;
}

function Way({ icon: Icon, label, onPress, children }: WayProps) {
  return (
    <Button className={styles.way ?? ""} {...(label ? { "aria-label": label } : {})} onPress={onPress}>
      <Icon aria-hidden size={16} />
      {children}
    </Button>
  );
}

function RowView({
  app,
  model,
  row,
  target,
}: {
  app: AppModel;
  model: ConversationModel;
  row: Row;
  target: string | undefined;
}) {
  const { locale, say } = useTexts();
  switch (row.kind) {
    case "day":
      return (
        <div className={styles.day}>
          <Button
            className={styles.dayName ?? ""}
            aria-label={say("conversation.day", { day: dayName(row.atMs, Date.now(), locale) })}
            onPress={() => model.ask({ kind: "date" })}
          >
            {dayName(row.atMs, Date.now(), locale)}
          </Button>
        </div>
      );
    case "new":
      return (
        <div className={styles.new}>
          <span>{say("conversation.new")}</span>
        </div>
      );
    case "item":
      return (
        <ItemView app={app} model={model} row={row} target={target !== undefined && holds(row, target)} />
      );
  }
}
