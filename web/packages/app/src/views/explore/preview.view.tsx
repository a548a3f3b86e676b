// A room that one is not in, instead of its conversation: what may be told of it, and the way in.
import type { RoomPreview, Session } from "@herold/engine";
import { ArrowLeft, Lock, LockOpen, Users } from "lucide-react";
import { useEffect, useMemo } from "react";

import type { AppModel } from "../../models/app.model.ts";
import { PreviewModel } from "../../models/preview.model.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { Button, IconButton } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { useSay } from "../../parts/texts.tsx";
import styles from "./explore.module.css";
import { nameOf } from "./room-card.view.tsx";
import { WayInView } from "./way-in.view.tsx";

interface Props {
  readonly app: AppModel;
  readonly session: Session;
  readonly address: string;
  readonly servers: readonly string[] | undefined;
}

export function PreviewView({ app, session, address, servers }: Props) {
  const say = useSay();
  const model = useMemo(() => new PreviewModel(session, address, servers), [session, address, servers]);
  useEffect(() => void model.load(), [model]);
  const room = useLive(model.preview);
  const failure = useLive(model.failure);
  useOpening(app, room, address);
  return (
    <div className={styles.preview}>
      <span className={styles.back}>
        <IconButton icon={ArrowLeft} label={say("common.back")} onPress={() => app.back()} />
      </span>
      {!room && !failure && <p role="status">{say("common.loading")}</p>}
      {failure && (
        <>
          <h1>{address}</h1>
          <p role="alert">{say(failure === "not-found" ? "explore.unknown" : `failure.${failure}`)}</p>
          <Button onPress={() => app.go({ kind: "explore" })}>{say("starting.explore")}</Button>
        </>
      )}
      {room && (
        <>
          <About room={room} />
          <WayInView app={app} model={model} />
        </>
      )}
    </div>
  );
}

function About({ room }: { room: RoomPreview }) {
  const say = useSay();
  const name = nameOf(room, say("explore.unnamed"));
  const Encryption = room.encrypted ? Lock : LockOpen;
  return (
    <>
      <Avatar id={room.roomId} name={name} address={room.avatar} size="large" square />
      <h1>{name}</h1>
      {room.alias && <p className={styles.muted}>{room.alias}</p>}
      {room.topic && (
        <p className={styles.about} dir="auto">
          {room.topic}
        </p>
      )}
      <p className={styles.facts}>
        <Users aria-hidden size={16} />
        {say("conversation.members", { count: room.memberCount })}
      </p>
      {!room.space && (
        <p className={styles.facts}>
          <Encryption aria-hidden size={16} />
          {say(room.encrypted ? "conversation.encrypted" : "conversation.not-encrypted")}
        </p>
      )}
    </>
  );
}

/** An address of a room that one is in already leads into it. */
function useOpening(app: AppModel, room: RoomPreview | undefined, address: string): void {
  useEffect(() => {
    if (room?.membership !== "joined" || room.roomId === address) return;
    const route = app.route.peek();
    const eventId = route.kind === "room" ? route.eventId : undefined;
    if (room.space) app.go({ kind: "space", roomId: room.roomId });
    else app.go({ kind: "room", roomId: room.roomId, ...(eventId ? { eventId } : {}) });
  }, [app, room, address]);
}
