// A room or a space that stands in a space: the way in, and for whoever looks after the space, its place.
import type { Session, SpaceChild } from "@herold/engine";
import { ArrowDown, ArrowUp, Ellipsis, Star, StarOff, Unlink } from "lucide-react";
import { useMemo } from "react";

import type { AppModel } from "../../models/app.model.ts";
import { PreviewModel } from "../../models/preview.model.ts";
import type { SpaceModel } from "../../models/spaces/space.model.ts";
import type { Action } from "../../parts/action.ts";
import { ActionMenu } from "../../parts/action-menu.tsx";
import { useSay } from "../../parts/texts.tsx";
import { nameOf, RoomCard } from "../explore/room-card.view.tsx";
import { InsideView } from "./inside.view.tsx";
import styles from "./space.module.css";

interface Props {
  readonly app: AppModel;
  readonly session: Session;
  readonly model: SpaceModel;
  readonly child: SpaceChild;
  readonly may: { readonly change: boolean; readonly up: boolean; readonly down: boolean };
}

export function ChildView({ app, session, model, child, may }: Props) {
  const say = useSay();
  const { roomId, servers } = child;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was asked of a room stands, however it is ordered
  const preview = useMemo(() => new PreviewModel(session, roomId, servers, child), [session, roomId]);
  const actions: Action[] = [
    {
      id: "suggest",
      label: say(child.suggested ? "spaces.unsuggest" : "spaces.suggest"),
      icon: child.suggested ? StarOff : Star,
      act: () => void model.suggest(child, !child.suggested),
    },
    {
      id: "remove",
      label: say("spaces.remove"),
      icon: Unlink,
      danger: true,
      act: () => void model.remove(roomId),
    },
  ];
  if (may.down)
    actions.unshift({
      id: "down",
      label: say("spaces.down"),
      icon: ArrowDown,
      act: () => void model.move(roomId, 1),
    });
  if (may.up)
    actions.unshift({
      id: "up",
      label: say("spaces.up"),
      icon: ArrowUp,
      act: () => void model.move(roomId, -1),
    });
  const name = nameOf(child, say("explore.unnamed"));
  return (
    <li>
      <RoomCard app={app} model={preview} room={child}>
        {child.suggested && <span className={styles.suggested}>{say("spaces.suggested")}</span>}
        {may.change && (
          <ActionMenu icon={Ellipsis} label={say("spaces.actions", { name })} actions={actions} />
        )}
      </RoomCard>
      {child.space && <InsideView app={app} session={session} space={child} above={[model.room.roomId]} />}
    </li>
  );
}
