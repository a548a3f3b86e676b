// Looking for something in one conversation, beside it.
import { folded, type Room, type Session } from "@herold/engine";
import { useEffect, useRef } from "react";
import { GridList } from "react-aria-components";

import { SearchModel } from "../../models/search/search.model.ts";
import { useLive } from "../../parts/live.ts";
import { SearchBox } from "../../parts/search-box.tsx";
import { useSay } from "../../parts/texts.tsx";
import type { PanelProps } from "../panel/panels.ts";
import { CoverageView } from "./coverage.view.tsx";
import { FiltersView, type FindPeople } from "./filters.view.tsx";
import { FoundCount, FoundSections, openFound } from "./found.view.tsx";
import styles from "./search.module.css";

/** What was looked for in a room stays while its results are looked at. */
const models = new WeakMap<Room, SearchModel>();

function modelOf(session: Session, room: Room): SearchModel {
  const known = models.get(room) ?? new SearchModel(session.search, room.roomId);
  models.set(room, known);
  return known;
}

export function SearchPanelView({ app, session, room }: PanelProps<"search">) {
  const say = useSay();
  const model = modelOf(session, room);
  const wanted = useLive(model.wanted);
  const summary = useLive(room.summary);
  const list = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  // Whoever opens a search wants to type; the panel's frame has given the focus to its title before.
  useEffect(() => {
    const frame = requestAnimationFrame(() => input.current?.focus({ preventScroll: true }));
    return () => cancelAnimationFrame(frame);
  }, []);
  return (
    <div className={styles.panel}>
      <SearchBox
        label={say("search.in-room")}
        className={styles.search}
        input={input}
        value={wanted.words}
        onChange={(words) => model.want({ words })}
        onDown={() => list.current?.focus()}
      />
      <FiltersView model={model} people={membersOf(room)} grouped={false} />
      <CoverageView model={model} encrypted={summary.encrypted} />
      <FoundCount model={model} />
      <GridList
        ref={list}
        aria-label={say("search.results")}
        className={styles.list ?? ""}
        onAction={(key) => {
          const found = model.found.peek().find(({ eventId }) => eventId === key);
          if (found) openFound(app, found);
        }}
      >
        <FoundSections session={session} model={model} oneRoom />
      </GridList>
    </div>
  );
}

const SHOWN_MAX = 20;

function membersOf(room: Room): FindPeople {
  return async (words) => {
    const sought = folded(words.trim());
    return room.members
      .peek()
      .filter(({ name, userId }) => folded(name).includes(sought) || userId.includes(sought))
      .slice(0, SHOWN_MAX);
  };
}
