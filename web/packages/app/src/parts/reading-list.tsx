// A list that is read from its end upwards, such as a conversation. It stands on its end: what comes in above moves
// nothing, and whoever is at the end stays there, both without anything being done. What changes below somebody who
// reads farther up is made good before it is seen. All rows are there for real, with their own heights: whoever gives
// them is told which of them are too many.
import {
  Component,
  memo,
  type ReactNode,
  type Ref,
  useCallback,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
} from "react";

import { isFocusLost } from "./focus.ts";
import styles from "./reading-list.module.css";

export interface ReadingListHandle {
  show(id: string, where: "center" | "start"): void;
  toEnd(): void;
}

/** Where somebody is in it. */
export interface Reading {
  /** The uppermost row in view. */
  readonly top: string | undefined;
  readonly atEnd: boolean;
  readonly nearStart: boolean;
  readonly nearEnd: boolean;
  /** The rows beyond which there are many that nobody will see soon. */
  readonly enoughFrom: string | undefined;
  readonly enoughTo: string | undefined;
}

interface Props<Row> {
  readonly ref: Ref<ReadingListHandle>;
  readonly label: string;
  readonly rows: readonly Row[];
  readonly draw: (row: Row) => ReactNode;
  /** Whether the last row is the last of all: only then the end is a place to stay at. */
  readonly complete: boolean;
  /** `scrolled` when the person went there; else other rows came. */
  readonly onRead: (reading: Reading, scrolled: boolean) => void;
}

const AT_END_PX = 80;
/** So near, whatever comes is followed. */
const FOLLOWED_PX = 20;
/** How much of what is not seen should be there, in heights of what is. */
const AHEAD = 1.5;
/** So far from view, in the same, rows are not needed. It is farther than what is loaded, or rows would come and go. */
const FAR = 3;
/** So many rows may be too many, which is more than come at once: where any go, all others are drawn anew. */
const SPARE_MAX = 60;

export function ReadingList<Row extends { readonly id: string }>(props: Props<Row>) {
  const { ref, label, rows, draw, complete, onRead } = props;
  const frame = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const seen = useRef<Seen>({ followed: true, scrollTop: 0, rows: [] });

  const look = useCallback(
    (scrolled: boolean) => {
      if (!frame.current || !inner.current) return;
      const now = readingIn(frame.current, inner.current);
      seen.current = now.seen;
      onRead({ ...now.reading, atEnd: now.reading.atEnd && complete }, scrolled);
    },
    [complete, onRead],
  );
  const change = useRef<Change>({
    before: () => {
      // Somebody may have gone on since they were seen, and what they did is not to be undone.
      if (frame.current) seen.current = goneOn(seen.current, frame.current.scrollTop);
      return !!frame.current?.contains(document.activeElement);
    },
    // Where what had the focus is gone, the list itself has it, and can be scrolled on.
    after: (hadFocus) => {
      if (hadFocus && isFocusLost()) frame.current?.focus({ preventScroll: true });
    },
  });
  const settle = useCallback(() => {
    const list = frame.current;
    if (!list) return;
    if (seen.current.followed && complete) list.scrollTop = 0;
    else list.scrollTop += movedIn(list, seen.current);
    look(false);
  }, [complete, look]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows have other heights
  useLayoutEffect(settle, [rows, settle]);
  useLayoutEffect(() => {
    const watcher = new ResizeObserver(settle);
    for (const element of [frame.current, inner.current]) if (element) watcher.observe(element);
    return () => watcher.disconnect();
  }, [settle]);
  useImperativeHandle(ref, () => ({
    show: (id, where) => {
      inner.current?.querySelector(`[data-row="${CSS.escape(id)}"]`)?.scrollIntoView({ block: where });
      look(false);
    },
    toEnd: () => {
      if (frame.current) frame.current.scrollTop = 0;
      look(false);
    },
  }));
  return (
    <div
      ref={frame}
      className={styles.frame}
      role="log"
      // What is scrolled into view is not new: what is, is told apart.
      aria-live="off"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it with the arrow keys
      tabIndex={0}
      onScroll={() => look(true)}
    >
      <div ref={inner}>
        <Changing change={change.current}>
          {rows.map((row) => (
            <div key={row.id} data-row={row.id}>
              <Drawn row={row} draw={draw as (row: unknown) => ReactNode} />
            </div>
          ))}
        </Changing>
      </div>
    </div>
  );
}

interface Change {
  /** At the last moment before rows are others; answers whether the focus was in them. */
  readonly before: () => boolean;
  readonly after: (hadFocus: boolean) => void;
}

/** There is no hook for the moment before a change. */
class Changing extends Component<{ readonly change: Change; readonly children: ReactNode }> {
  override getSnapshotBeforeUpdate(): boolean {
    return this.props.change.before();
  }

  override componentDidUpdate(_props: unknown, _state: unknown, hadFocus: boolean): void {
    this.props.change.after(hadFocus);
  }

  override render(): ReactNode {
    return this.props.children;
  }
}

const Drawn = memo(function Drawn({ row, draw }: { row: unknown; draw: (row: unknown) => ReactNode }) {
  return draw(row);
});

/** What was in view, the row in the middle first, each with its distance from the lower edge. */
interface Seen {
  readonly followed: boolean;
  readonly scrollTop: number;
  readonly rows: readonly { readonly row: Element; readonly fromEndPx: number }[];
}

function readingIn(frame: Element, inner: Element): { seen: Seen; reading: Reading } {
  const { top, bottom } = frame.getBoundingClientRect();
  const rows = inner.children;
  const first = firstBelow(rows, top);
  const inView: { row: Element; fromEndPx: number }[] = [];
  for (let place = first; place < rows.length; place += 1) {
    const row = rows[place];
    const rowTop = row?.getBoundingClientRect().top ?? bottom;
    if (!row || rowTop >= bottom) break;
    inView.push({ row, fromEndPx: bottom - rowTop });
  }
  const middle = (bottom - top) / 2;
  inView.sort((left, right) => Math.abs(left.fromEndPx - middle) - Math.abs(right.fromEndPx - middle));
  // It stands on its end: places above it are negative.
  const fromEnd = -frame.scrollTop;
  const fromStart = frame.scrollHeight - frame.clientHeight - fromEnd;
  const ahead = AHEAD * frame.clientHeight;
  const far = FAR * frame.clientHeight;
  const enoughFrom = firstBelow(rows, top - far);
  const enoughTo = firstBelow(rows, bottom + far);
  return {
    seen: { followed: fromEnd <= FOLLOWED_PX, scrollTop: frame.scrollTop, rows: inView },
    reading: {
      top: idOf(rows[first]),
      atEnd: fromEnd <= AT_END_PX,
      nearStart: fromStart < ahead,
      nearEnd: fromEnd < ahead,
      enoughFrom: enoughFrom > SPARE_MAX ? idOf(rows[enoughFrom]) : undefined,
      enoughTo: rows.length - enoughTo > SPARE_MAX ? idOf(rows[enoughTo]) : undefined,
    },
  };
}

const idOf = (row: Element | undefined): string | undefined => row?.getAttribute("data-row") ?? undefined;

/** What was seen, moved by as much as somebody scrolled since. */
function goneOn(seen: Seen, scrollTop: number): Seen {
  const by = scrollTop - seen.scrollTop;
  if (by === 0) return seen;
  const rows = seen.rows.map(({ row, fromEndPx }) => ({ row, fromEndPx: fromEndPx + by }));
  return { followed: -scrollTop <= FOLLOWED_PX, scrollTop, rows };
}

/** The first of the rows that reaches below a line; they stand in order. */
function firstBelow(rows: HTMLCollection, linePx: number): number {
  let [from, to] = [0, rows.length];
  while (from < to) {
    const half = (from + to) >> 1;
    if ((rows[half]?.getBoundingClientRect().bottom ?? 0) > linePx) to = half;
    else from = half + 1;
  }
  return from;
}

/** How far what was read stands now from where it stood. */
function movedIn(frame: Element, { rows }: Seen): number {
  const kept = rows.find(({ row }) => row.isConnected);
  if (!kept) return 0;
  const now = frame.getBoundingClientRect().bottom - kept.row.getBoundingClientRect().top;
  return Math.round(kept.fromEndPx - now);
}
