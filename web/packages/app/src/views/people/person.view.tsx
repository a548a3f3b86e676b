// Somebody: who they are, whether it is really them, what one shares with them, and what one may do about them.
import { Clock, MessageSquare } from "lucide-react";
import { useEffect, useState } from "react";

import type { AppModel } from "../../models/app.model.ts";
import { PersonModel } from "../../models/people/person.model.ts";
import { About, AboutSection, Portrait } from "../../parts/about.tsx";
import { Avatar } from "../../parts/avatar.tsx";
import { Button } from "../../parts/button.tsx";
import { Copied } from "../../parts/copied.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay, useTexts } from "../../parts/texts.tsx";
import { timeIn } from "../../texts/times.ts";
import { IdentityView } from "../identity/identity.view.tsx";
import type { PanelProps } from "../panel/panels.ts";
import styles from "./person.module.css";
import { PersonActions } from "./person-actions.view.tsx";
import { PresenceView } from "./presence.view.tsx";
import { RoleView } from "./role.view.tsx";

export function PersonView({ app, session, room, panel }: PanelProps<"person">) {
  const say = useSay();
  const [model] = useState(() => new PersonModel(session, room, panel.userId));
  useEffect(() => void model.load(), [model]);
  const profile = useLive(model.profile);
  const failure = useLive(model.failure);
  const busy = useLive(model.busy);
  const can = useLive(model.can);
  const write = async (): Promise<void> => {
    const roomId = await model.write();
    if (roomId) app.go({ kind: "room", roomId });
  };
  return (
    <About>
      <Portrait id={profile.userId} name={profile.name} address={profile.avatar}>
        <Copied text={profile.userId} />
        <PresenceView presence={model.presence} />
        <LocalTime model={model} />
      </Portrait>
      {can.write && (
        <Button look="primary" icon={MessageSquare} isDisabled={busy} onPress={() => void write()}>
          {say("person.write")}
        </Button>
      )}
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      {!model.isMe && <IdentityView session={session} person={profile} />}
      <RoleView model={model} />
      <SharedRooms app={app} model={model} />
      {!model.isMe && <PersonActions model={model} />}
    </About>
  );
}

const CLOCK_MS = 30_000;

/** Nobody likes to be called at three in the morning. */
function LocalTime({ model }: { model: PersonModel }) {
  const { say, locale } = useTexts();
  const zone = useLive(model.timeZone);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const clock = setInterval(() => setNow(Date.now()), CLOCK_MS);
    return () => clearInterval(clock);
  }, []);
  const time = zone && timeIn(zone, now, locale);
  if (!time) return null;
  return (
    <p className={styles.fact}>
      <Clock aria-hidden size={16} />
      {say("person.local-time", { time })}
    </p>
  );
}

function SharedRooms({ app, model }: { app: AppModel; model: PersonModel }) {
  const say = useSay();
  const rooms = useLive(model.sharedRooms);
  if (rooms.length === 0) return null;
  return (
    <AboutSection title={say("person.shared-rooms")}>
      <ul>
        {rooms.map(({ roomId, name, avatar, space }) => (
          <li key={roomId}>
            <button
              type="button"
              className={styles.room}
              onClick={() => app.go({ kind: space ? "space" : "room", roomId })}
            >
              <Avatar id={roomId} name={name} address={avatar} size="small" square />
              <span>{name}</span>
            </button>
          </li>
        ))}
      </ul>
    </AboutSection>
  );
}
