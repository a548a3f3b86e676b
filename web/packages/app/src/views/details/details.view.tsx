// Everything about a room at a glance, and the ways to its parts.
import type { RoomDetails, Session } from "@herold/engine";
import {
  ArrowDownNarrowWide,
  FileDown,
  Files,
  History,
  Lock,
  LockOpen,
  Pin,
  Search,
  Settings,
  Star,
  User,
  Users,
} from "lucide-react";
import { lazy, Suspense, useState } from "react";

import { DetailsModel } from "../../models/rooms/details.model.ts";
import type { Panel } from "../../models/route.ts";
import { About, AboutSection, Portrait } from "../../parts/about.tsx";
import { Toggle } from "../../parts/check.tsx";
import { Copied } from "../../parts/copied.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { Row, Rows } from "../../parts/rows.tsx";
import { Select } from "../../parts/select.tsx";
import { useSay } from "../../parts/texts.tsx";
import { IdentityView } from "../identity/identity.view.tsx";
import { PANELS, type PanelProps } from "../panel/panels.ts";
import styles from "./details.module.css";
import { LeavingView } from "./leaving.view.tsx";

const ExportView = lazy(() =>
  import("../export/export.view.tsx").then((file) => ({ default: file.ExportView })),
);

export function DetailsView({ app, session, room }: PanelProps<"details">) {
  const say = useSay();
  const [model] = useState(() => new DetailsModel(session, room));
  const summary = useLive(room.summary);
  const failure = useLive(model.failure);
  const Encryption = summary.encrypted ? Lock : LockOpen;
  return (
    <About>
      <Who model={model} />
      {!summary.space && (
        <p className={styles.fact}>
          <Encryption aria-hidden size={18} />
          {say(summary.encrypted ? "panel.encrypted" : "panel.not-encrypted")}
        </p>
      )}
      {summary.direct !== undefined && summary.encrypted && (
        <IdentityView session={session} person={{ userId: summary.direct, name: summary.name }} />
      )}
      <Ways show={(panel) => app.showPanel(panel)} model={model} />
      <Older open={(roomId) => app.go({ kind: "room", roomId })} session={session} model={model} />
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      {!summary.space && <ForOneself model={model} />}
      {!summary.space && summary.membership === "joined" && <Exporting session={session} model={model} />}
      <LeavingView model={model} onLeft={() => app.back({ kind: "home" })} />
    </About>
  );
}

function Who({ model: { room } }: { model: DetailsModel }) {
  const summary = useLive(room.summary);
  const { alias, topic } = useLive(room.details);
  return (
    <>
      <Portrait
        id={summary.direct ?? summary.roomId}
        name={summary.name}
        address={summary.avatar}
        square={summary.direct === undefined}
      >
        {alias && <Copied text={alias} />}
      </Portrait>
      {topic && (
        <p className={styles.topic} dir="auto">
          {topic}
        </p>
      )}
    </>
  );
}

const PARTS = [
  { kind: "pinned", icon: Pin },
  { kind: "files", icon: Files },
  { kind: "search", icon: Search },
] as const;

function Ways({ model: { room }, show }: { model: DetailsModel; show: (panel: Panel) => void }) {
  const say = useSay();
  const { direct, space } = useLive(room.summary);
  const { memberCount, pinned } = useLive(room.details);
  return (
    <Rows>
      {direct && (
        <Row icon={User} leads onPress={() => show({ kind: "person", userId: direct })}>
          {say("panel.person")}
        </Row>
      )}
      <Row icon={Users} aside={memberCount} leads onPress={() => show({ kind: "members" })}>
        {say("panel.members")}
      </Row>
      {!space &&
        PARTS.filter(({ kind }) => PANELS[kind]).map(({ kind, icon }) => (
          <Row
            key={kind}
            icon={icon}
            leads
            {...(kind === "pinned" ? { aside: pinned.length } : {})}
            onPress={() => show({ kind })}
          >
            {say(PANELS[kind]?.title ?? "panel.details")}
          </Row>
        ))}
      {PANELS.settings && (
        <Row icon={Settings} leads onPress={() => show({ kind: "settings" })}>
          {say(space ? "panel.space-settings" : "panel.settings")}
        </Row>
      )}
    </Rows>
  );
}

interface OlderProps {
  readonly session: Session;
  readonly model: DetailsModel;
  readonly open: (roomId: string) => void;
}

/** What was said before the room was replaced stands in the old one, which no list shows any more. */
function Older({ session, model: { room }, open }: OlderProps) {
  const say = useSay();
  const { predecessor } = useLive(room.details);
  if (!predecessor || !session.room(predecessor)) return null;
  return (
    <Rows>
      <Row icon={History} leads onPress={() => open(predecessor)}>
        {say("details.older")}
      </Row>
    </Rows>
  );
}

function Exporting({ session, model: { room } }: { session: Session; model: DetailsModel }) {
  const say = useSay();
  const [open, setOpen] = useState(false);
  return (
    <Rows>
      <Row icon={FileDown} onPress={() => setOpen(true)}>
        {say("export.title")}
      </Row>
      {open && (
        <Suspense>
          <ExportView session={session} room={room} close={() => setOpen(false)} />
        </Suspense>
      )}
    </Rows>
  );
}

const NOTIFY: readonly RoomDetails["notify"][] = ["default", "all", "mentions", "none"];

function ForOneself({ model }: { model: DetailsModel }) {
  const say = useSay();
  const { favourite, lowPriority } = useLive(model.room.summary);
  const { notify } = useLive(model.room.details);
  return (
    <AboutSection title={say("details.for-me")}>
      <Select
        label={say("details.notify")}
        value={notify}
        onChange={(chosen) => void model.setNotify(chosen)}
        options={NOTIFY.map((value) => ({ value, label: say(`details.notify-${value}`) }))}
      />
      <Toggle checked={favourite} onChange={(on) => void model.setFavourite(on)}>
        <span className={styles.fact}>
          <Star aria-hidden size={18} />
          {say("details.favourite")}
        </span>
      </Toggle>
      <Toggle checked={lowPriority} onChange={(on) => void model.setLowPriority(on)}>
        <span className={styles.fact}>
          <ArrowDownNarrowWide aria-hidden size={18} />
          {say("details.low-priority")}
        </span>
      </Toggle>
    </AboutSection>
  );
}
