// The messages, drawn only where they are looked at; it never jumps, and stays at the end while one is there.
import { ArrowDown, ArrowUp, CalendarDays, CornerUpLeft, type LucideIcon, X } from "lucide-react";
import { type RefObject, useEffect, useRef, useState } from "react";
import { Button } from "react-aria-components";
import { Virtuoso, type VirtuosoHandle } from "react-virtuoso";

import type { AppModel } from "../../models/app.model.ts";
import { type ConversationModel, holds, type Row } from "../../models/conversation.model.ts";
import { IconButton } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { usePreferences } from "../../parts/preferences.tsx";
import { useSay, useTexts } from "../../parts/texts.tsx";
import { dayName } from "../../texts/times.ts";
import { ItemView } from "./item.view.tsx";
import { NewsView } from "./news.view.tsx";
import styles from "./timeline.module.css";

/** The index of the first row that ever was: what is loaded before it counts down, so that nothing moves. */
const FIRST_INDEX = 1_000_000;
const NEAR_END_PX = 80;
/** New messages that are seen at one glance need no way to the first of them. */
const UNREAD_WORTH = 8;

interface Props {
  readonly app: AppModel;
  readonly model: ConversationModel;
  readonly eventId: string | undefined;
}

export function TimelineView({ app, model, eventId }: Props) {
  const say = useSay();
  const timeline = useLive(model.timeline);
  const older = useLive(timeline.older);
  const rows = useLive(model.rows);
  useEffect(() => {
    if (eventId) void model.goTo(eventId);
  }, [model, eventId]);
  if (rows.length === 0) {
    return (
      <div className={styles.empty} aria-busy={older === "loading"}>
        {older === "loading" ? say("common.loading") : say("conversation.empty")}
      </div>
    );
  }
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
  const list = useRef<VirtuosoHandle>(null);
  const scroller = useRef<HTMLElement | Window>(null);
  const { receipts } = useLive(usePreferences().everywhere);
  const [atEnd, setAtEnd] = useState(true);
  const firstIndex = useFirstIndex(rows);
  const [top, setTop] = useState<number>();
  const day = top === undefined ? undefined : dayAt(rows, top - firstIndex);

  useEffect(() => {
    const index = target ? rows.findIndex((row) => holds(row, target)) : -1;
    if (index < 0) return undefined;
    list.current?.scrollToIndex({ index, align: "center" });
    const done = setTimeout(() => model.arrived(), 2_000);
    return () => clearTimeout(done);
  }, [target, rows, model]);

  // Seen is what stands in a window that somebody looks at.
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
  }, [atEnd, rows, model, receipts]);
  useEffect(() => () => model.away(), [model]);

  // The list takes its own spare room above few messages for something that is scrolled past.
  useEffect(() => {
    if (atEnd) return undefined;
    const frame = requestAnimationFrame(() => setAtEnd(isAtEnd(scroller.current)));
    return () => cancelAnimationFrame(frame);
  }, [atEnd]);

  const start = target ? rows.findIndex((row) => holds(row, target)) : -1;
  return (
    <div className={styles.timeline}>
      <NewsView model={model} />
      <Virtuoso
        ref={list}
        scrollerRef={(element) => {
          scroller.current = element;
        }}
        className={styles.list ?? ""}
        role="log"
        // What is scrolled into view is not new: what is, is told apart.
        aria-live="off"
        aria-label={say("conversation.messages")}
        data={rows}
        firstItemIndex={firstIndex}
        initialTopMostItemIndex={
          start >= 0 ? { index: start, align: "center" } : { index: "LAST", align: "end" }
        }
        alignToBottom
        followOutput={newer === "end" ? "auto" : false}
        atBottomThreshold={NEAR_END_PX}
        atBottomStateChange={setAtEnd}
        totalListHeightChanged={() => isAtEnd(scroller.current) && setAtEnd(true)}
        startReached={() => void model.loadOlder()}
        endReached={() => newer !== "end" && void model.loadNewer()}
        onScroll={(event) => setTop(topmost(event.currentTarget))}
        increaseViewportBy={600}
        computeItemKey={(_index, row) => row.id}
        itemContent={(_index, row) => <RowView app={app} model={model} row={row} target={target} />}
      />
      <Ways model={model} rows={rows} list={list} day={day} />
      {!(atEnd && newer === "end") && (
        <div className={styles.down}>
          <IconButton
            icon={ArrowDown}
            label={say("conversation.to-newest")}
            onPress={() => {
              model.goToNewest();
              list.current?.scrollToIndex({ index: "LAST", align: "end" });
            }}
          />
        </div>
      )}
    </div>
  );
}

function isAtEnd(list: HTMLElement | Window | null): boolean {
  if (!(list instanceof HTMLElement)) return false;
  return list.scrollHeight - list.scrollTop - list.clientHeight <= NEAR_END_PX;
}

/** The index of the row at the upper edge: what is drawn begins above it. */
function topmost(list: HTMLElement): number | undefined {
  const { left, top, width } = list.getBoundingClientRect();
  const there = document.elementsFromPoint(left + width / 2, top + 2);
  const row = there.map((element) => element.closest("[data-item-index]")).find((found) => found !== null);
  const index = row?.getAttribute("data-item-index");
  return index ? Number(index) : undefined;
}

/** The day of the topmost message, when its own line is not in view. */
function dayAt(rows: readonly Row[], index: number): number | undefined {
  const row = rows[index];
  return row?.kind === "item" ? row.item.atMs : undefined;
}

interface WaysProps {
  readonly day: number | undefined;
  readonly model: ConversationModel;
  readonly rows: readonly Row[];
  readonly list: RefObject<VirtuosoHandle | null>;
}

/** Ways to other places of the conversation, and that one of them leads nowhere. */
function Ways({ model, rows, list, day }: WaysProps) {
  const { say, locale } = useTexts();
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
            list.current?.scrollToIndex({ index: unread, align: "start" });
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

/** Rows that are put before the others lower the index by as many. */
function useFirstIndex(rows: readonly Row[]): number {
  const known = useRef<{ rows: readonly Row[]; first: number }>({ rows, first: FIRST_INDEX });
  if (known.current.rows !== rows) {
    const anchor = known.current.rows.find((row) => row.kind === "item");
    const was = anchor ? known.current.rows.indexOf(anchor) : -1;
    const is = anchor ? rows.findIndex((row) => row.id === anchor.id) : -1;
    known.current = { rows, first: is >= 0 ? known.current.first - (is - was) : known.current.first };
  }
  return known.current.first;
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
