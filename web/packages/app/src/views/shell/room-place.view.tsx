// What is in the middle for a room: its conversation, or what a space holds.
import type { Room, Session } from "@herold/engine";
import { lazy } from "react";

import type { AppModel } from "../../models/app.model.ts";
import type { Route } from "../../models/route.ts";
import { useLive } from "../../parts/live.ts";
import { ConversationView } from "../conversation/conversation.view.tsx";
import { conversationOf } from "../conversation/conversations.ts";
import { ChangedIdentitiesView } from "../identity/changed-identities.view.tsx";

const SpaceView = lazy(() =>
  import("../spaces/space.view.tsx").then(({ SpaceView }) => ({ default: SpaceView })),
);

interface Props {
  readonly app: AppModel;
  readonly route: Extract<Route, { kind: "room" | "space" }>;
  readonly room: Room;
  readonly session: Session;
}

/** A space has no conversation: it is entered. */
export function RoomPlace({ app, route, room, session }: Props) {
  const { space, membership } = useLive(room.summary);
  if (space && membership === "joined") return <SpaceView app={app} session={session} room={room} />;
  const eventId = route.kind === "room" ? route.eventId : undefined;
  return (
    <>
      <ChangedIdentitiesView session={session} roomId={room.roomId} />
      <ConversationView
        app={app}
        eventId={eventId}
        model={conversationOf(app, session, room)}
        session={session}
      />
    </>
  );
}
