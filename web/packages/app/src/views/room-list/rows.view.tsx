// The rows of the list, in their sections; drawn only where they are looked at.
import type { RoomSummary } from "@herold/engine";
import type { ReactNode } from "react";
import {
  Collection,
  type DragAndDropHooks,
  GridList,
  GridListHeader,
  GridListSection,
  Virtualizer,
} from "react-aria-components";

import type { AppModel } from "../../models/app.model.ts";
import type { RoomSection, SectionKind } from "../../models/room-list.model.ts";
import { useLive } from "../../parts/live.ts";
import { useSay } from "../../parts/texts.tsx";
import type { TextKey } from "../../texts/keys.ts";
import styles from "./room-list.module.css";
import { RoomRow } from "./room-row.view.tsx";
import { RoomsLayout } from "./rooms-layout.ts";

const HEADINGS: Record<SectionKind, TextKey | undefined> = {
  invitations: "rooms.invitations",
  favourites: "rooms.favourites",
  rooms: "shell.rooms",
  "low-priority": "rooms.low-priority",
};

export interface RowsProps {
  readonly app: AppModel;
  readonly sections: readonly RoomSection[];
  /** What stands in place of rows where there are none. */
  readonly nothing: ReactNode;
}

interface Props extends RowsProps {
  /** How they are put into order, where they can be. */
  readonly ordering?: DragAndDropHooks;
}

export function RowsView({ app, sections, nothing, ordering }: Props) {
  const say = useSay();
  const route = useLive(app.route);
  const open = route.kind === "room" ? [route.roomId] : [];
  return (
    <Virtualizer layout={RoomsLayout} layoutOptions={{ rowHeight: 64, headingHeight: 32, padding: 4 }}>
      <GridList
        aria-label={say("shell.rooms")}
        className={styles.rooms ?? ""}
        selectionMode="single"
        selectionBehavior="replace"
        disallowEmptySelection
        selectedKeys={open}
        onSelectionChange={(keys) => {
          const [roomId] = keys === "all" ? [] : [...keys];
          if (typeof roomId === "string") app.go({ kind: "room", roomId });
        }}
        {...(ordering ? { dragAndDropHooks: ordering } : {})}
        renderEmptyState={() => nothing}
      >
        {sections.map(({ kind, rooms }) => (
          <GridListSection key={kind} id={kind}>
            <GridListHeader className={styles.heading ?? ""}>
              {say(HEADINGS[kind] ?? "shell.rooms")}
            </GridListHeader>
            <Collection items={rooms}>{ordering ? orderedRow : row}</Collection>
          </GridListSection>
        ))}
      </GridList>
    </Virtualizer>
  );
}

/** A room that did not change stays the same object, and is not drawn again. */
const row = (room: RoomSummary) => <RoomRow id={room.roomId} room={room} />;
const orderedRow = (room: RoomSummary) => <RoomRow id={room.roomId} room={room} ordered={room.favourite} />;
