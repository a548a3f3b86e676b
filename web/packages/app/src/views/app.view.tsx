// The whole app: who is there decides what is shown.
import type { FailureReason, KnownAccount } from "@herold/engine";

import type { AppModel } from "../models/app.model.ts";
import { Button } from "../parts/button.tsx";
import { Later, later } from "../parts/later.tsx";
import { useLive } from "../parts/live.ts";
import { Page } from "../parts/page.tsx";
import { useSay } from "../parts/texts.tsx";

// Nobody needs both.
export const signInView = later(async () => (await import("./sign-in/sign-in.view.tsx")).SignInView);
export const sessionView = later(async () => (await import("./shell/session.view.tsx")).SessionView);

export function AppView({ model }: { model: AppModel }) {
  const say = useSay();
  const state = useLive(model.state);
  const waiting = <Page text={say("common.loading")} busy />;
  switch (state.kind) {
    case "starting":
      return waiting;
    case "signed-out": {
      const props = { model: state.signIn, ...backFrom(model, state.back) };
      return <Later code={signInView} with={props} waiting={waiting} />;
    }
    case "failed":
      return state.account ? (
        <FailedView model={model} failure={state.failure.reason} account={state.account} />
      ) : (
        <Page title={say("shell.no-start-title")} text={say(`failure.${state.failure.reason}`)}>
          <Button look="primary" onPress={() => void model.start()}>
            {say("common.retry")}
          </Button>
        </Page>
      );
    case "signed-in":
      return (
        <Later
          key={state.session.userId}
          code={sessionView}
          with={{ app: model, session: state.session }}
          waiting={waiting}
        />
      );
  }
}

function backFrom(model: AppModel, account: KnownAccount | undefined): { onBack?: () => void } {
  return account ? { onBack: () => void model.show(account) } : {};
}

interface FailedProps {
  readonly model: AppModel;
  readonly failure: FailureReason;
  readonly account: KnownAccount;
}

function FailedView({ model, failure, account }: FailedProps) {
  const say = useSay();
  const others = useLive(model.others);
  const taken = failure === "in-other-tab";
  return (
    <Page
      title={say(taken ? "shell.elsewhere-title" : "shell.failed-title")}
      text={say(`failure.${failure}`)}
    >
      <Button look="primary" onPress={() => void model.resume(account)}>
        {say(taken ? "shell.use-here" : "common.retry")}
      </Button>
      {others
        .filter((other) => other.account.userId !== account.userId)
        .map((other) => (
          <Button key={other.account.userId} onPress={() => void model.show(other.account)}>
            {other.account.userId}
          </Button>
        ))}
      <Button onPress={() => model.askWho()}>{say("sign-in.sign-in")}</Button>
    </Page>
  );
}
