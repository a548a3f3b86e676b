// A call, wherever in the app one is: rings in, rings out, goes on. What shows it is loaded when there is one.
import type { Session } from "@herold/engine";
import { lazy, Suspense } from "react";

import { useLive } from "../../parts/live.ts";

const CallView = lazy(() => import("./call.view.tsx").then((file) => ({ default: file.CallView })));

export function CallsView({ session }: { session: Session }) {
  const call = useLive(session.calls.current);
  if (!call) return null;
  return (
    <Suspense>
      <CallView key={call.callId} calls={session.calls} call={call} />
    </Suspense>
  );
}
