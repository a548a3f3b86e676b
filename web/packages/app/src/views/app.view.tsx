// The whole app: who is there decides what is shown.
import { lazy, Suspense } from "react";

import type { AppModel } from "../models/app.model.ts";
import { Button } from "../parts/button.tsx";
import { useLive } from "../parts/live.ts";
import { Page } from "../parts/page.tsx";
import { useSay } from "../parts/texts.tsx";
import { SignInView } from "./sign-in/sign-in.view.tsx";

// Whoever is not signed in needs none of it yet.
const SessionView = lazy(() =>
  import("./shell/session.view.tsx").then(({ SessionView }) => ({ default: SessionView })),
);

export function AppView({ model }: { model: AppModel }) {
  const say = useSay();
  const state = useLive(model.state);
  switch (state.kind) {
    case "starting":
      return <Page text={say("common.loading")} busy />;
    case "signed-out":
      return <SignInView model={state.signIn} />;
    case "failed":
      return (
        <Page title={say("shell.failed-title")} text={say(`failure.${state.failure.reason}`)}>
          <Button look="primary" onPress={() => void model.resume(state.account)}>
            {say("common.retry")}
          </Button>
          <Button onPress={() => model.askWho()}>{say("sign-in.sign-in")}</Button>
        </Page>
      );
    case "signed-in":
      return (
        <Suspense fallback={<Page text={say("common.loading")} busy />}>
          <SessionView key={state.session.userId} app={model} session={state.session} />
        </Suspense>
      );
  }
}
