// A room that one may enter, in a list: what it is, and the way in.
import type { RoomPreview } from "@herold/engine";
import { LayoutGrid, Users } from "lucide-react";
import type { ReactNode } from "react";

import type { AppModel } from "../../models/app.model.ts";
import type { PreviewModel } from "../../models/preview.model.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { useLive } from "../../parts/live.ts";
import { Mishap } from "../../parts/mishap.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./explore.module.css";
import { WayInView } from "./way-in.view.tsx";

interface Props {
  readonly app: AppModel;
  readonly model: PreviewModel;
  readonly room: RoomPreview;
  /** What else can be done with it. */
  readonly children?: ReactNode;
}

export function RoomCard({ app, model, room: first, children }: Props) {
  const say = useSay();
  const room = useLive(model.preview) ?? first;
  const name = nameOf(room, say("explore.unnamed"));
  return (
    <article className={styles.card} aria-label={name}>
      <Mishap place="line" of={room}>
        <Avatar id={room.roomId} name={name} address={room.avatar} square />
        <div className={styles.words}>
          <h2 className={styles.name}>
            {name}
            {room.space && <LayoutGrid role="img" aria-label={say("explore.space")} size={15} />}
          </h2>
          {room.topic && (
            <p className={styles.topic} dir="auto">
              {room.topic}
            </p>
          )}
          <p className={styles.facts}>
            <Users aria-hidden size={14} />
            {say("conversation.members", { count: room.memberCount })}
            {room.alias && room.name && <span>{room.alias}</span>}
          </p>
        </div>
        <div className={styles.way}>
          <WayInView app={app} model={model} />
          {children}
        </div>
      </Mishap>
    </article>
  );
}

export function nameOf(room: Pick<RoomPreview, "name" | "alias">, unnamed: string): string {
  return room.name ?? room.alias ?? unnamed;
}
