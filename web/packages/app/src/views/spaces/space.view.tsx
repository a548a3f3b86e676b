// A space from inside: what it is, what stands in it, and the ways in.
import type { Room, Session } from "@herold/engine";
import { useEffect, useMemo } from "react";

import type { AppModel } from "../../models/app.model.ts";
import { SpaceModel } from "../../models/spaces/space.model.ts";
import { Button } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay } from "../../parts/texts.tsx";
import { HeadView } from "../conversation/head.view.tsx";
import { AddToSpace } from "./add-to-space.view.tsx";
import { ChildView } from "./child.view.tsx";
import styles from "./space.module.css";

interface Props {
  readonly app: AppModel;
  readonly session: Session;
  readonly room: Room;
}

export function SpaceView({ app, session, room }: Props) {
  const say = useSay();
  const model = useMemo(() => new SpaceModel(session, room), [session, room]);
  useEffect(() => void model.children.load(), [model]);
  const children = useLive(model.children.all);
  const loaded = useLive(model.children.loaded);
  const hasMore = useLive(model.children.hasMore);
  const busy = useLive(model.busy);
  const failure = useLive(model.failure);
  const { rights } = useLive(room.details);
  const { name } = useLive(room.summary);
  return (
    <>
      <HeadView app={app} session={session} room={room} />
      <div className={styles.space}>
        <div className={styles.actions}>
          {rights.invite && (
            <Button onPress={() => app.showPanel({ kind: "members" })}>{say("spaces.invite")}</Button>
          )}
          {rights.setChildren && <AddToSpace session={session} model={model} />}
        </div>
        {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
        <p className={styles.muted} role="status">
          {loaded ? say("spaces.count", { count: children.length }) : say("common.loading")}
        </p>
        <ul className={styles.children} aria-label={name}>
          {children.map((child, place) => (
            <ChildView
              key={child.roomId}
              app={app}
              session={session}
              model={model}
              child={child}
              may={{ change: rights.setChildren, up: place > 0, down: place < children.length - 1 }}
            />
          ))}
        </ul>
        {hasMore && (
          <Button isDisabled={busy} onPress={() => void model.children.loadMore()}>
            {say("explore.more")}
          </Button>
        )}
      </div>
    </>
  );
}
