// The spaces at the side: chosen with mouse or arrow keys, put into one's own order by dragging or with the keyboard.
import { GripVertical, House } from "lucide-react";
import { Button, GridList, GridListItem, useDragAndDrop } from "react-aria-components";

import type { SpaceEntry, SpaceStripModel } from "../../models/spaces/space-strip.model.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { useLive } from "../../parts/live.ts";
import { useSay } from "../../parts/texts.tsx";
import styles from "./space-strip.module.css";

/** The entry for everything, wherever it stands. */
const ALL = "all";

export function SpaceStripView({ model }: { model: SpaceStripModel }) {
  const say = useSay();
  const spaces = useLive(model.spaces);
  const entered = useLive(model.entered);
  const { dragAndDropHooks } = useDragAndDrop({
    getItems: (keys) => [...keys].filter((key) => key !== ALL).map((key) => ({ "text/plain": String(key) })),
    onReorder: ({ keys, target }) => {
      const [key] = keys;
      if (key === undefined) return;
      const place = spaces.findIndex(({ id }) => id === target.key);
      const before = target.dropPosition === "before" ? place : place + 1;
      void model.move(String(key), spaces[before]?.id);
    },
  });
  const items = [{ id: ALL, name: say("spaces.all") }, ...spaces];
  return (
    <nav className={styles.strip} aria-label={say("spaces.title")}>
      <GridList
        aria-label={say("spaces.title")}
        className={styles.list ?? ""}
        items={items}
        selectionMode="single"
        selectionBehavior="replace"
        disallowEmptySelection
        selectedKeys={[entered ?? ALL]}
        onSelectionChange={(keys) => {
          const [key] = keys === "all" ? [] : [...keys];
          model.enter(key === ALL || key === undefined ? undefined : String(key));
        }}
        dragAndDropHooks={dragAndDropHooks}
      >
        {(item) => <Entry entry={item} />}
      </GridList>
    </nav>
  );
}

function Entry({ entry }: { entry: Pick<SpaceEntry, "id" | "name"> & Partial<SpaceEntry> }) {
  const say = useSay();
  const { id, name, avatar, waiting = 0 } = entry;
  const words = waiting > 0 ? say("spaces.waiting", { name, count: waiting }) : name;
  return (
    <GridListItem id={id} textValue={words} className={styles.entry ?? ""}>
      {id === ALL ? (
        <span className={styles.all} title={name}>
          <House aria-hidden size={20} />
        </span>
      ) : (
        <span className={styles.space} title={name}>
          <Avatar id={id} name={name} address={avatar} square />
          {waiting > 0 && (
            <span className={styles.badge} aria-hidden>
              {waiting > 99 ? "99+" : waiting}
            </span>
          )}
        </span>
      )}
      <span className="visually-hidden">{words}</span>
      {id !== ALL && (
        <Button slot="drag" className={styles.grip ?? ""}>
          <GripVertical aria-hidden size={14} />
        </Button>
      )}
    </GridListItem>
  );
}
