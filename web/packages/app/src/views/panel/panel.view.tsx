// The frame of what stands beside a conversation: a third pane where there is room, a page over it where there is not.
import type { Room, Session } from "@herold/engine";
import { ArrowLeft, X } from "lucide-react";
import { type ComponentType, type KeyboardEvent, Suspense, useEffect, useId, useRef, useState } from "react";

import type { AppModel } from "../../models/app.model.ts";
import { type Panel, withPanel } from "../../models/route.ts";
import { IconButton } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { Mishap } from "../../parts/mishap.tsx";
import { Pane } from "../../parts/pane.tsx";
import { useSay } from "../../parts/texts.tsx";
import { panes } from "../../screen/panes.ts";
import styles from "./panel.module.css";
import { PANEL_VIEWS } from "./panel-views.ts";
import { PANELS, type PanelProps } from "./panels.ts";

interface Props {
  readonly app: AppModel;
  readonly session: Session;
  readonly room: Room;
  readonly panel: Panel;
}

export function PanelView({ app, session, room, panel }: Props) {
  const say = useSay();
  const titleId = useId();
  const { frame, title } = useFocus(panel);
  const alone = useLive(panes) < 3;
  const { name, space } = useLive(room.summary);
  const entry = PANELS[panel.kind];
  // Which kind the panel is and which view shows it are the same key of the same table.
  const View = PANEL_VIEWS[panel.kind] as ComponentType<PanelProps> | undefined;
  if (!entry || !View) return null;
  const { within } = entry;
  const keys = (event: KeyboardEvent): void => {
    // What is open inside the panel takes the key for itself.
    if (event.key === "Escape" && !event.defaultPrevented) app.showPanel(undefined);
  };
  return (
    <Pane
      ref={frame}
      role="complementary"
      alone={alone}
      className={styles.panel}
      aria-labelledby={titleId}
      onKeyDown={keys}
    >
      {alone && <h1 className="visually-hidden">{name}</h1>}
      <div className={styles.head}>
        {within && (
          <IconButton
            icon={ArrowLeft}
            label={say("common.back")}
            onPress={() => app.back(withPanel(app.route.peek(), { kind: within }))}
          />
        )}
        <h2 className={styles.title} id={titleId} ref={title} tabIndex={-1}>
          {say((space ? entry.titleOfSpace : undefined) ?? entry.title)}
        </h2>
        <IconButton icon={X} label={say("common.close")} onPress={() => app.showPanel(undefined)} />
      </div>
      <div className={styles.body}>
        <Mishap place="part" of={keyOf(panel)}>
          <Suspense fallback={<p className={styles.loading}>{say("common.loading")}</p>}>
            <View key={keyOf(panel)} app={app} session={session} room={room} panel={panel} />
          </Suspense>
        </Mishap>
      </div>
    </Pane>
  );
}

function keyOf(panel: Panel): string {
  return Object.values(panel).join(" ");
}

/** Focus goes to the title of what was opened; when it closes, back to where it was, unless it has gone elsewhere. */
function useFocus(panel: Panel) {
  const frame = useRef<HTMLDivElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  // Looked at before anything is drawn: what the panel is going to cover has lost the focus by then.
  const [before] = useState(() => document.activeElement);
  const key = keyOf(panel);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each panel takes the focus once
  useEffect(() => title.current?.focus({ preventScroll: true }), [key]);
  // What one was at may vanish by what one did to it: the focus stays in the panel then.
  useEffect(() => {
    const { current } = frame;
    if (!current) return undefined;
    let inside = true;
    const follow = ({ target }: Event): void => {
      inside = current.contains(target as Node);
    };
    const vanished = new MutationObserver(() => {
      if (inside && document.activeElement === document.body) title.current?.focus({ preventScroll: true });
    });
    vanished.observe(current, { childList: true, subtree: true });
    document.addEventListener("focusin", follow);
    // A click beside everything takes the focus away without giving it to anything.
    document.addEventListener("pointerdown", follow);
    return () => {
      vanished.disconnect();
      document.removeEventListener("focusin", follow);
      document.removeEventListener("pointerdown", follow);
    };
  }, []);
  useEffect(
    () => () => {
      const elsewhere = document.activeElement !== document.body;
      if (!elsewhere && before instanceof HTMLElement) before.focus({ preventScroll: true });
    },
    [before],
  );
  return { frame, title };
}
