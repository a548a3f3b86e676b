// What stands in a space inside a space, unfolded where somebody wants to see it.
import type { Session, SpaceChild } from "@herold/engine";
import { ChevronDown, ChevronRight } from "lucide-react";
import { useEffect, useMemo, useState } from "react";

import type { AppModel } from "../../models/app.model.ts";
import { PreviewModel } from "../../models/preview.model.ts";
import { ChildrenModel } from "../../models/spaces/children.model.ts";
import { Button } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay } from "../../parts/texts.tsx";
import { nameOf, RoomCard } from "../explore/room-card.view.tsx";
import styles from "./space.module.css";

interface Props {
  readonly app: AppModel;
  readonly session: Session;
  readonly space: SpaceChild;
  /** The spaces it stands in: one that stands in itself is not unfolded for ever. */
  readonly above: readonly string[];
}

export function InsideView({ app, session, space, above }: Props) {
  const say = useSay();
  const [open, setOpen] = useState(false);
  if (above.includes(space.roomId)) return null;
  const name = nameOf(space, say("explore.unnamed"));
  return (
    <div className={styles.inside}>
      <Button
        look="quiet"
        icon={open ? ChevronDown : ChevronRight}
        aria-expanded={open}
        onPress={() => setOpen(!open)}
      >
        {say("spaces.inside", { name })}
      </Button>
      {open && <Children app={app} session={session} space={space} above={[...above, space.roomId]} />}
    </div>
  );
}

function Children({ app, session, space, above }: Props) {
  const say = useSay();
  const [model] = useState(() => new ChildrenModel(session, space.roomId));
  useEffect(() => void model.load(), [model]);
  const children = useLive(model.all);
  const loaded = useLive(model.loaded);
  const hasMore = useLive(model.hasMore);
  const busy = useLive(model.busy);
  const failure = useLive(model.failure);
  return (
    <>
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      {!failure && (
        <p className={styles.muted} role="status">
          {loaded ? say("spaces.count", { count: children.length }) : say("common.loading")}
        </p>
      )}
      <ul className={styles.children}>
        {children.map((child) => (
          <li key={child.roomId}>
            <Child app={app} session={session} child={child} />
            {child.space && <InsideView app={app} session={session} space={child} above={above} />}
          </li>
        ))}
      </ul>
      {hasMore && (
        <Button isDisabled={busy} onPress={() => void model.loadMore()}>
          {say("explore.more")}
        </Button>
      )}
    </>
  );
}

function Child({ app, session, child }: { app: AppModel; session: Session; child: SpaceChild }) {
  const model = useMemo(
    () => new PreviewModel(session, child.roomId, child.servers, child),
    [session, child],
  );
  return <RoomCard app={app} model={model} room={child} />;
}
