// One conversation: its head, its messages, and where one writes.
import type { Session } from "@herold/engine";

import type { AppModel } from "../../models/app.model.ts";
import type { ConversationModel } from "../../models/conversation.model.ts";
import type { Route } from "../../models/route.ts";
import { useLive } from "../../parts/live.ts";
import { ComposerView } from "../composer/composer.view.tsx";
import { HeadView } from "./head.view.tsx";
import { InvitationView } from "./invitation.view.tsx";
import { TimelineView } from "./timeline.view.tsx";
import { TypingView } from "./typing.view.tsx";

interface Props {
  readonly app: AppModel;
  readonly route: Extract<Route, { kind: "room" }>;
  readonly model: ConversationModel;
  readonly session: Session;
}

export function ConversationView({ app, route, model }: Props) {
  const summary = useLive(model.room.summary);
  const details = useLive(model.room.details);
  return (
    <>
      <HeadView app={app} room={model.room} />
      {summary.membership === "invited" ? (
        <InvitationView room={model.room} left={() => app.go({ kind: "home" })} />
      ) : (
        <>
          <TimelineView app={app} model={model} eventId={route.eventId} />
          <TypingView room={model.room} />
          <ComposerView model={model.composer} allowed={details.rights.send} encrypted={summary.encrypted} />
        </>
      )}
    </>
  );
}
