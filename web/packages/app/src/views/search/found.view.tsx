// What was found, as parts of a list that is walked through with the arrow keys: as it came, or room by room.
import type { Found, Session } from "@herold/engine";
import { Collection, GridListHeader, GridListLoadMoreItem, GridListSection } from "react-aria-components";

import type { AppModel } from "../../models/app.model.ts";
import type { Route } from "../../models/route.ts";
import type { SearchModel } from "../../models/search/search.model.ts";
import { useLive } from "../../parts/live.ts";
import { useSay } from "../../parts/texts.tsx";
import { panes } from "../../screen/panes.ts";
import { FoundRow } from "./found-row.view.tsx";
import styles from "./search.module.css";

interface Props {
  readonly session: Session;
  readonly model: SearchModel;
  /** The list is about one room, which needs no name. */
  readonly oneRoom: boolean;
}

export function FoundSections({ session, model, oneRoom }: Props) {
  const say = useSay();
  const found = useLive(model.found);
  const groups = useLive(model.groups);
  const grouping = useLive(model.grouping);
  const progress = useLive(model.progress);
  const summaries = useLive(session.rooms.all);
  const names = new Map(summaries.map((summary) => [summary.roomId, summary]));
  const byRoom = grouping === "room" && !oneRoom;
  const sections = byRoom ? groups : found.length > 0 ? [{ roomId: "", found }] : [];
  return (
    <>
      {sections.map((section) => (
        <GridListSection key={section.roomId} id={`found ${section.roomId}`}>
          <GridListHeader className={styles.heading ?? ""}>
            {byRoom ? (names.get(section.roomId)?.name ?? "") : say("search.messages")}
          </GridListHeader>
          <Collection items={section.found.map((one) => ({ one, id: one.eventId }))} dependencies={[names]}>
            {({ one }: { one: Found }) => (
              <FoundRow
                model={model}
                found={one}
                room={byRoom || oneRoom ? undefined : names.get(one.roomId)}
              />
            )}
          </Collection>
        </GridListSection>
      ))}
      <GridListLoadMoreItem
        className={styles.more ?? ""}
        isLoading={progress === "searching" && found.length > 0}
        onLoadMore={() => model.more()}
      >
        {say("common.loading")}
      </GridListLoadMoreItem>
    </>
  );
}

/** Goes to what was found; the results stay beside it where there is room, and one step back elsewhere. */
export function openFound(app: AppModel, found: Found): void {
  const { roomId, eventId, thread } = found;
  const route = app.route.peek();
  const panel = route.kind === "room" && route.roomId === roomId ? route.panel : undefined;
  const to: Extract<Route, { kind: "room" }> = { kind: "room", roomId, eventId: thread ?? eventId };
  if (thread) app.go({ ...to, panel: { kind: "thread", rootId: thread, eventId } });
  else app.go(panel && panes.peek() === 3 ? { ...to, panel } : to);
}

/** How many were found, said to those who cannot see the list grow. */
export function FoundCount({ model }: { model: SearchModel }) {
  const say = useSay();
  const found = useLive(model.found);
  const progress = useLive(model.progress);
  const count = found.length;
  const words = {
    idle: "",
    searching: count === 0 ? say("search.searching") : "",
    more: say("search.count-more", { count }),
    end: count === 0 ? say("search.nothing") : say("search.count", { count }),
  };
  return (
    <p role="status" className={count > 0 ? "visually-hidden" : styles.status}>
      {words[progress]}
    </p>
  );
}
