// Above the conversations of a space: which one it is, and the way to everything that stands in it.
import type { Session } from "@herold/engine";
import { ChevronRight } from "lucide-react";

import type { AppModel } from "../../models/app.model.ts";
import type { RoomListModel } from "../../models/room-list.model.ts";
import { useLive } from "../../parts/live.ts";
import { useSay } from "../../parts/texts.tsx";
import styles from "./entered-space.module.css";

interface Props {
  readonly app: AppModel;
  readonly session: Session;
  readonly model: RoomListModel;
}

export function EnteredSpace({ app, session, model }: Props) {
  const say = useSay();
  const spaceId = useLive(model.space);
  const all = useLive(session.rooms.all);
  const space = all.find(({ roomId }) => roomId === spaceId);
  if (!space) return null;
  return (
    <button
      type="button"
      className={styles.entered}
      onClick={() => app.go({ kind: "space", roomId: space.roomId })}
    >
      <span className={styles.name}>{space.name}</span>
      <span className={styles.open}>{say("spaces.open")}</span>
      <ChevronRight aria-hidden size={16} className={styles.leads} />
    </button>
  );
}
