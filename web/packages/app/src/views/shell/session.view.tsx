// A signed-in person's app: the list of rooms, the conversation, and what stands beside it.
import { computed, type Room, type Session } from "@herold/engine";
import { type KeyboardEvent, lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";

import type { AppModel } from "../../models/app.model.ts";
import { careOf } from "../../models/encryption/care.model.ts";
import { RoomListModel } from "../../models/room-list.model.ts";
import type { Route } from "../../models/route.ts";
import { SpaceStripModel } from "../../models/spaces/space-strip.model.ts";
import { MediaContext } from "../../parts/avatar.tsx";
import { Button } from "../../parts/button.tsx";
import { isFocusLost } from "../../parts/focus.ts";
import { ahead, Later, later } from "../../parts/later.tsx";
import { useLive } from "../../parts/live.ts";
import { Mishap } from "../../parts/mishap.tsx";
import { Notice } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { Pane } from "../../parts/pane.tsx";
import { useSay } from "../../parts/texts.tsx";
import { panes } from "../../screen/panes.ts";
import { withTexts } from "../../texts/later.ts";
import { CallsView } from "../calls/calls.view.tsx";
import { CareBanner, CareDialogs } from "../encryption/care.view.tsx";
import { PaletteKey } from "../palette/palette-key.view.tsx";
import { PANELS } from "../panel/panels.ts";
import { RoomListView } from "../room-list/room-list.view.tsx";
import { StartingDialogs } from "../starting/starting.view.tsx";
import { VerificationDialogs } from "../verification/verifications.view.tsx";
import { NotificationsOffer } from "./notifications-offer.view.tsx";
import styles from "./session.module.css";
import { UpdateBanner } from "./update.view.tsx";

// Nobody needs it to read and write.
const SettingsView = lazy(() =>
  withTexts(import("../settings/settings.view.tsx")).then(({ SettingsView }) => ({ default: SettingsView })),
);

const SignInAgainView = lazy(() =>
  import("./sign-in-again.view.tsx").then((file) => ({ default: file.SignInAgainView })),
);
const ConsentDialog = lazy(() =>
  import("./consent.view.tsx").then((file) => ({ default: file.ConsentDialog })),
);
const ExploreView = lazy(() =>
  import("../explore/explore.view.tsx").then(({ ExploreView }) => ({ default: ExploreView })),
);
const spaceStrip = later(async () => (await import("../spaces/space-strip.view.tsx")).SpaceStripView);
const panelView = later(async () => (await import("../panel/panel.view.tsx")).PanelView);
const roomPlace = later(async () => {
  // Stands beside a room alone, and is there before anybody opens it: it looks at what has the focus then.
  ahead(panelView);
  return (await import("./room-place.view.tsx")).RoomPlace;
});
const PreviewView = lazy(() =>
  import("../explore/preview.view.tsx").then(({ PreviewView }) => ({ default: PreviewView })),
);

export function SessionView({ app, session }: { app: AppModel; session: Session }) {
  const say = useSay();
  const connection = useLive(session.connection);
  const route = useLive(app.route);
  // It keeps what is filtered while the settings are open.
  const [list] = useState(() => new RoomListModel(session));
  if (connection === "elsewhere") {
    return (
      <Page title={say("shell.elsewhere-title")} text={say("failure.in-other-tab")}>
        <Button look="primary" onPress={() => void app.resume(session)}>
          {say("shell.use-here")}
        </Button>
      </Page>
    );
  }
  if (connection === "signed-out-softly") {
    return (
      <Suspense fallback={<Page text={say("common.loading")} busy />}>
        <SignInAgainView app={app} session={session} />
      </Suspense>
    );
  }
  return (
    <MediaContext value={session.media}>
      {route.kind === "settings" ? (
        <Mishap place="part" onClose={() => app.leaveSettings()}>
          <Suspense fallback={<Page text={say("common.loading")} busy />}>
            <SettingsView app={app} session={session} page={route.page} />
          </Suspense>
        </Mishap>
      ) : (
        <Panes app={app} session={session} list={list} />
      )}
      <StartingDialogs app={app} session={session} />
      <PaletteKey app={app} session={session} />
      <Mishap place="over">
        <CallsView session={session} />
      </Mishap>
      <CareDialogs model={careOf(session)} />
      <Mishap place="over">
        <Consent session={session} />
      </Mishap>
      <Mishap place="over">
        <VerificationDialogs verifications={session.verifications} />
      </Mishap>
    </MediaContext>
  );
}

function Consent({ session }: { session: Session }) {
  const page = useLive(session.consent);
  return (
    page && (
      <Suspense fallback={null}>
        <ConsentDialog session={session} page={page} />
      </Suspense>
    )
  );
}

interface PanesProps {
  readonly app: AppModel;
  readonly session: Session;
  readonly list: RoomListModel;
}

function Panes({ app, session, list }: PanesProps) {
  const say = useSay();
  const route = useLive(app.route);
  const connection = useLive(session.connection);
  const offline = connection === "offline" && <Notice kind="warning">{say("shell.offline")}</Notice>;
  const [strip] = useState(() => new SpaceStripModel(session, list));
  const spaces = useLive(strip.spaces);
  const alone = useLive(panes) === 1;
  const panel = "panel" in route && route.panel && PANELS[route.panel.kind] ? route.panel : undefined;
  const room = useRoom(session, panel && "roomId" in route ? route.roomId : undefined);
  useVanished(placeKey(route));
  return (
    <div className={styles.shell} data-place={route.kind} data-panel={room !== undefined}>
      <button type="button" className={styles.skip} onClick={skip}>
        {say("common.skip-to-conversation")}
      </button>
      <Pane
        role="complementary"
        alone={alone}
        className={styles.list}
        aria-label={say("shell.rooms")}
        // Whoever comes to the list is about to open something.
        onPointerEnter={() => ahead(roomPlace)}
        onFocus={() => ahead(roomPlace)}
      >
        {alone && <h1 className="visually-hidden">{say("shell.rooms")}</h1>}
        {spaces.length > 0 && (
          <Mishap place="line" of={spaces}>
            <Later code={spaceStrip} with={{ model: strip }} waiting={<div className={styles.strip} />} />
          </Mishap>
        )}
        <div className={styles.rooms}>
          {offline && <div className={`${styles.banner} ${styles.onPhone}`}>{offline}</div>}
          <Mishap place="line">
            <UpdateBanner app={app} />
            <CareBanner model={careOf(session)} />
            <NotificationsOffer />
          </Mishap>
          <Mishap place="part">
            <RoomListView app={app} model={list} session={session} />
          </Mishap>
        </div>
      </Pane>
      <main className={styles.main} id="conversation" tabIndex={-1} onKeyDown={keys}>
        {offline && <div className={styles.banner}>{offline}</div>}
        <Suspense fallback={<Empty title={say("common.loading")} text="" />}>
          <Mishap place="part" of={placeKey(route)}>
            <Place app={app} route={route} session={session} />
          </Mishap>
        </Suspense>
      </main>
      {room && panel && (
        <Mishap place="part" of={room.roomId}>
          <Later key={room.roomId} code={panelView} with={{ app, session, room, panel }} waiting={null} />
        </Mishap>
      )}
    </div>
  );
}

/** On a phone the list goes with the focus that was in it: what took its place has it then. */
function useVanished(place: string): void {
  const before = useRef(place);
  useEffect(() => {
    if (before.current !== place && isFocusLost())
      document.getElementById("conversation")?.focus({ preventScroll: true });
    before.current = place;
  }, [place]);
}

/** Where one is, whatever stands beside it. */
function placeKey(route: Route): string {
  return `${route.kind} ${"roomId" in route ? route.roomId : ""}`;
}

/** To where one writes, with the newest message before it; where nobody writes, to the top. */
function skip(): void {
  const place = document.getElementById("conversation");
  (place?.querySelector("textarea") ?? place)?.focus();
}

/** From wherever one is in a conversation. */
function keys(event: KeyboardEvent<HTMLElement>): void {
  const within = event.currentTarget.contains(event.target as Node);
  // What is open takes the key for itself, wherever it is drawn.
  if (event.key !== "Escape" || event.defaultPrevented || !within) return;
  event.currentTarget.querySelector("textarea")?.focus();
}

function Place({ app, route, session }: { app: AppModel; route: Route; session: Session }) {
  const say = useSay();
  // Until its first answer came, a room of the address bar may be here in a moment.
  const complete = useLive(session.rooms.complete);
  const room = useRoom(session, "roomId" in route ? route.roomId : undefined);
  if (route.kind === "explore") return <ExploreView app={app} session={session} />;
  if (route.kind !== "room" && route.kind !== "space") return <Nowhere session={session} />;
  if (!room && complete)
    return <PreviewView app={app} session={session} address={route.roomId} servers={viaOf(route)} />;
  if (!room) return <Empty title={say("shell.starting")} text="" />;
  return (
    <Later
      key={route.roomId}
      code={roomPlace}
      with={{ app, route, room, session }}
      waiting={<Empty title={say("common.loading")} text="" />}
    />
  );
}

/** The room, as soon as it is known; what happens in other rooms draws nothing again. */
function useRoom(session: Session, roomId: string | undefined): Room | undefined {
  const live = useMemo(
    () =>
      computed(() => {
        // A room comes with the list, or once the one that was kept is a live one.
        void session.rooms.all.value;
        void session.rooms.complete.value;
        return roomId === undefined ? undefined : session.room(roomId);
      }),
    [session, roomId],
  );
  return useLive(live);
}

/** Whoever has no conversation yet has none to choose. */
function Nowhere({ session }: { session: Session }) {
  const say = useSay();
  const { all, complete } = session.rooms;
  const none = useLive(
    useMemo(() => computed(() => complete.value && all.value.length === 0), [all, complete]),
  );
  const kind = none ? "welcome" : "pick";
  return <Empty title={say(`shell.${kind}-title`)} text={say(`shell.${kind}-text`)} />;
}

function viaOf(route: Route): readonly string[] | undefined {
  return route.kind === "room" ? route.via : undefined;
}

function Empty({ title, text }: { title: string; text: string }) {
  return (
    <div className={styles.empty}>
      <h1>{title}</h1>
      <p>{text}</p>
    </div>
  );
}
