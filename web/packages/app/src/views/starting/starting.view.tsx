// The dialogs in which something new is begun.
import type { Session } from "@herold/engine";
import { lazy, Suspense } from "react";

import type { AppModel } from "../../models/app.model.ts";
import { startingOf } from "../../models/starting/starting.model.ts";
import { useLive } from "../../parts/live.ts";
import { Mishap } from "../../parts/mishap.tsx";

const NewConversationView = lazy(() =>
  import("./new-conversation.view.tsx").then((file) => ({ default: file.NewConversationView })),
);
const NewRoomView = lazy(() => import("./new-room.view.tsx").then((file) => ({ default: file.NewRoomView })));

/** Over everything else, once for each session. */
export function StartingDialogs({ app, session }: { app: AppModel; session: Session }) {
  const starting = startingOf(session);
  const start = useLive(starting.start);
  const close = (): void => starting.close();
  return (
    <Mishap place="over" of={start} onClose={close}>
      <Suspense fallback={null}>
        {start.kind === "conversation" && (
          <NewConversationView
            model={start.model}
            onClose={close}
            onStarted={(roomId) => {
              close();
              app.go({ kind: "room", roomId });
            }}
          />
        )}
        {start.kind === "room" && (
          <NewRoomView
            model={start.model}
            onClose={close}
            onCreated={(roomId) => {
              close();
              app.go({ kind: start.model.space ? "space" : "room", roomId });
            }}
          />
        )}
      </Suspense>
    </Mishap>
  );
}
