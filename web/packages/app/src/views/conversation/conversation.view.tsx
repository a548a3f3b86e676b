// One conversation: its head, its messages, and where one writes.
import type { Session } from "@herold/engine";
import { lazy, Suspense } from "react";

import type { AppModel } from "../../models/app.model.ts";
import type { ConversationModel } from "../../models/conversation.model.ts";
import { useLive } from "../../parts/live.ts";
import { Mishap } from "../../parts/mishap.tsx";
import { PinnedBanner } from "../pinned/pinned-banner.view.tsx";
import { DropView } from "./drop.view.tsx";
import { HeadView } from "./head.view.tsx";
import { KnocksView } from "./knocks.view.tsx";
import { SuccessorView } from "./successor.view.tsx";
import { TimelineView } from "./timeline.view.tsx";
import { TypingView } from "./typing.view.tsx";
import { WriteView } from "./write.view.tsx";

// Whoever is in a room needs none of them.
const InvitationView = lazy(() =>
  import("./invitation.view.tsx").then((file) => ({ default: file.InvitationView })),
);
const WaitingView = lazy(() =>
  import("./invitation.view.tsx").then((file) => ({ default: file.WaitingView })),
);
const LeftView = lazy(() => import("./left.view.tsx").then((file) => ({ default: file.LeftView })));

interface Props {
  readonly app: AppModel;
  /** The message to go to. */
  readonly eventId: string | undefined;
  readonly model: ConversationModel;
  readonly session: Session;
}

export function ConversationView({ app, eventId, model, session }: Props) {
  const summary = useLive(model.room.summary);
  const { rights, successor } = useLive(model.room.details);
  const { room } = model;
  const leave = (): void => app.back({ kind: "home" });
  return (
    <>
      <HeadView app={app} session={session} room={room} />
      {/* Whatever is in it: from the head one gets to what can be done with the room, and out of it. */}
      <Mishap place="part" of={summary.membership}>
        <Suspense fallback={null}>
          {summary.membership === "invited" && <InvitationView session={session} room={room} left={leave} />}
          {summary.membership === "knocking" && <WaitingView session={session} room={room} left={leave} />}
          {summary.membership === "left" && <LeftView session={session} room={room} onForgotten={leave} />}
        </Suspense>
        {summary.membership === "joined" && (
          <DropView composer={model.composer} allowed={rights.send && !successor}>
            <KnocksView room={room} />
            <PinnedBanner app={app} room={room} model={model} />
            <TimelineView app={app} model={model} eventId={eventId} />
            <TypingView room={room} />
            {successor ? (
              <SuccessorView app={app} session={session} roomId={successor} />
            ) : (
              <WriteView app={app} model={model} />
            )}
          </DropView>
        )}
      </Mishap>
    </>
  );
}
