// Pictures, files and links of a room, beside its conversation; what is far back is fetched as one gets there.
import type { Found, FoundKind, Room, Session } from "@herold/engine";
import { lazy, Suspense, useEffect, useState } from "react";
import { Virtuoso } from "react-virtuoso";

import type { AppModel } from "../../models/app.model.ts";
import { type FilesRow, RoomFilesModel } from "../../models/files/room-files.model.ts";
import { Button } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay, useTexts } from "../../parts/texts.tsx";
import { dateName, monthName } from "../../texts/times.ts";
import type { PanelProps } from "../panel/panels.ts";
import { Toggles } from "../search/filters.view.tsx";
import { openFound } from "../search/found.view.tsx";
import { FileRow, LinkRow } from "./file-row.view.tsx";
import styles from "./files.module.css";
import { Tile } from "./tile.view.tsx";

const GalleryView = lazy(() =>
  import("../pictures/gallery.view.tsx").then((file) => ({ default: file.GalleryView })),
);

const KINDS: readonly FoundKind[] = ["pictures", "files", "links"];

/** What was looked at stays while one of them is shown in the conversation. */
const models = new WeakMap<Room, RoomFilesModel>();

function modelOf(session: Session, room: Room): RoomFilesModel {
  const known = models.get(room) ?? new RoomFilesModel(session, room, monthOf);
  models.set(room, known);
  return known;
}

function monthOf(atMs: number): number {
  const at = new Date(atMs);
  return new Date(at.getFullYear(), at.getMonth()).getTime();
}

export function RoomFilesView({ app, session, room }: PanelProps<"files">) {
  const say = useSay();
  const model = modelOf(session, room);
  const kind = useLive(model.kind);
  const [shown, setShown] = useState<string>();
  return (
    <div className={styles.panel}>
      <div className={styles.head}>
        <Toggles
          label={say("files.kind")}
          options={KINDS.map((one) => ({ value: one, label: say(`search.${one}`) }))}
          value={kind}
          onChange={(chosen) => model.show(chosen)}
        />
      </div>
      <Coverage model={model} room={room} />
      <List key={kind} app={app} model={model} onOpen={setShown} />
      {shown && (
        <Suspense>
          <Gallery app={app} model={model} first={shown} close={() => setShown(undefined)} />
        </Suspense>
      )}
    </div>
  );
}

/** Why something may be missing. */
function Coverage({ model, room }: { model: RoomFilesModel; room: Room }) {
  const { say, locale } = useTexts();
  const { encrypted } = useLive(room.summary);
  const { state, letGoBeforeMs } = useLive(model.coverage);
  const failure = useLive(model.failure);
  const collecting = encrypted && (state === "collecting" || state === "waiting");
  return (
    <>
      {failure && (
        <Notice kind="warning">
          {say("files.failed", { why: say(`failure.${failure}`) })}
          <Button look="quiet" onPress={() => model.again()}>
            {say("common.retry")}
          </Button>
        </Notice>
      )}
      {collecting && <p className={styles.hint}>{say("files.collecting")}</p>}
      {encrypted && letGoBeforeMs !== undefined && (
        <p className={styles.hint}>{say("search.let-go", { date: dateName(letGoBeforeMs, locale) })}</p>
      )}
    </>
  );
}

interface ListProps {
  readonly app: AppModel;
  readonly model: RoomFilesModel;
  readonly onOpen: (eventId: string) => void;
}

function List({ app, model, onOpen }: ListProps) {
  const say = useSay();
  const rows = useLive(model.rows);
  const progress = useLive(model.progress);
  const failure = useLive(model.failure);
  const kind = useLive(model.kind);
  // A page may hold nothing that is shown here.
  useEffect(() => {
    if (rows.length === 0 && progress === "more" && !failure) model.more();
  }, [model, rows, progress, failure]);
  if (rows.length === 0) {
    return (
      <p className={styles.nothing} role="status">
        {progress === "end" ? say(`files.none-${kind}`) : say("common.loading")}
      </p>
    );
  }
  return (
    <Virtuoso
      className={styles.list ?? ""}
      data={rows}
      increaseViewportBy={400}
      endReached={() => model.more()}
      computeItemKey={(_index, row) => row.id}
      itemContent={(_index, row) => (
        <RowView row={row} show={(found) => openFound(app, found)} onOpen={onOpen} />
      )}
    />
  );
}

interface RowProps {
  readonly row: FilesRow;
  readonly show: (found: Found) => void;
  readonly onOpen: (eventId: string) => void;
}

function RowView({ row, show, onOpen }: RowProps) {
  const { locale } = useTexts();
  switch (row.kind) {
    case "month":
      return <h3 className={styles.month}>{monthName(row.atMs, locale)}</h3>;
    case "pictures":
      return (
        <div className={styles.pictures}>
          {row.found.map((found) => (
            <Tile key={found.eventId} found={found} onOpen={() => onOpen(found.eventId)} />
          ))}
        </div>
      );
    case "single": {
      const File = "source" in row.found.content ? FileRow : LinkRow;
      return <File found={row.found} show={() => show(row.found)} />;
    }
  }
}

interface GalleryProps {
  readonly app: AppModel;
  readonly model: RoomFilesModel;
  readonly first: string;
  readonly close: () => void;
}

function Gallery({ app, model, first, close }: GalleryProps) {
  const show = (eventId: string): void => {
    const found = model.found.peek().find((one) => one.eventId === eventId);
    close();
    if (found) openFound(app, found);
  };
  return (
    <GalleryView
      pictures={useLive(model.pictures)}
      first={first}
      loadOlder={() => model.more()}
      show={show}
      close={close}
    />
  );
}
