// The first screen: sign in, make an account, or say where the account is.
import type { Homeserver } from "@herold/engine";
import { type FormEvent, useId, useState } from "react";

import { fieldOf, type SignInModel, type SignInState } from "../../models/sign-in.model.ts";
import { Brand } from "../../parts/brand.tsx";
import { Button } from "../../parts/button.tsx";
import { Field } from "../../parts/field.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { OperatorLinks } from "../../parts/operator-links.tsx";
import { useSay } from "../../parts/texts.tsx";
import { LanguageChoice } from "./language-choice.view.tsx";
import styles from "./sign-in.module.css";
import { TermsView } from "./terms.view.tsx";

interface Props {
  readonly model: SignInModel;
  /** Back to the account from which this one is added. */
  readonly onBack?: () => void;
}

export function SignInView({ model, onBack }: Props) {
  const say = useSay();
  const state = useLive(model.state);
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <Brand />
        <Step model={model} state={state} />
        {onBack && (
          <Button look="quiet" onPress={onBack}>
            {say("sign-in.back-to-account")}
          </Button>
        )}
      </div>
      <LanguageChoice />
      <footer className={styles.footer}>
        <OperatorLinks />
      </footer>
    </main>
  );
}

function Step({ model, state }: { model: SignInModel; state: SignInState }) {
  switch (state.step.kind) {
    case "server":
      return <ServerStep model={model} state={state} />;
    case "sign-in":
      return <SignInStep model={model} state={state} homeserver={state.step.homeserver} />;
    case "register":
      return <RegisterStep model={model} state={state} homeserver={state.step.homeserver} />;
  }
}

interface StepProps {
  readonly model: SignInModel;
  readonly state: SignInState;
}

/** The failure where it belongs: at its field, or above the form. */
function useFailure({ failure }: SignInState) {
  const say = useSay();
  const text = failure && say(`failure.${failure.reason}`);
  const field = failure && fieldOf(failure.reason);
  return { at: (name: typeof field) => (field === name ? text : undefined), above: field ? undefined : text };
}

interface NameAndPasswordProps {
  readonly form: Form;
  readonly failure: ReturnType<typeof useFailure>;
  readonly hint?: string;
  readonly autoComplete: "current-password" | "new-password";
}

function NameAndPassword({ form, failure, hint, autoComplete }: NameAndPasswordProps) {
  const say = useSay();
  return (
    <>
      <Field
        label={say("sign-in.name")}
        hint={hint}
        error={failure.at("name")}
        value={form.name}
        onChange={form.setName}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck="false"
        autoFocus
        isRequired
      />
      <Field
        label={say("sign-in.password")}
        error={failure.at("password")}
        value={form.password}
        onChange={form.setPassword}
        name="password"
        type="password"
        autoComplete={autoComplete}
        isRequired
      />
    </>
  );
}

type Form = ReturnType<typeof useNameAndPassword>;

function useNameAndPassword() {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  return { name, setName, password, setPassword };
}

function useForm(submit: () => void) {
  return (event: FormEvent) => {
    event.preventDefault();
    submit();
  };
}

function ServerStep({ model, state }: StepProps) {
  const say = useSay();
  const [server, setServer] = useState("");
  const failure = useFailure(state);
  const waiting = model.serverIsFixed && !failure.above && !failure.at("server");
  const submit = useForm(() => void model.chooseServer(server));
  if (model.serverIsFixed) {
    if (waiting) return <p role="status">{say("common.loading")}</p>;
    return (
      <>
        <Notice kind="danger">{failure.above ?? failure.at("server")}</Notice>
        <Button onPress={() => void model.start()}>{say("common.retry")}</Button>
      </>
    );
  }
  return (
    <form className={styles.form} onSubmit={submit}>
      <h1 className={styles.title}>{say("sign-in.title-server")}</h1>
      {failure.above && <Notice kind="danger">{failure.above}</Notice>}
      <Field
        label={say("sign-in.server")}
        hint={say("sign-in.server-hint")}
        error={failure.at("server")}
        value={server}
        onChange={setServer}
        autoFocus
        isRequired
        autoComplete="url"
        inputMode="url"
      />
      <Button type="submit" look="primary" wide isDisabled={state.busy}>
        {say("common.continue")}
      </Button>
    </form>
  );
}

function SignInStep({ model, state, homeserver }: StepProps & { homeserver: Homeserver }) {
  const say = useSay();
  const form = useNameAndPassword();
  const { name, password } = form;
  const failure = useFailure(state);
  const title = useId();
  const submit = useForm(() => void model.signIn({ name, password }));
  return (
    <form className={styles.form} onSubmit={submit} aria-labelledby={title}>
      <h1 className={styles.title} id={title}>
        {say("sign-in.title", { server: homeserver.name })}
      </h1>
      {failure.above && <Notice kind="danger">{failure.above}</Notice>}
      {homeserver.signIn.password ? (
        <>
          <NameAndPassword form={form} failure={failure} autoComplete="current-password" />
          <Button type="submit" look="primary" wide isDisabled={state.busy}>
            {say("sign-in.sign-in")}
          </Button>
        </>
      ) : (
        <Notice kind="info">
          {say(homeserver.signIn.singleSignOn ? "sign-in.own-page" : "sign-in.no-way-in")}
        </Notice>
      )}
      <div className={styles.ways}>
        {homeserver.registration !== "closed" && (
          <Button look="quiet" onPress={() => model.register()}>
            {say("sign-in.to-register")}
          </Button>
        )}
        {homeserver.registration === "closed" && <p className={styles.closed}>{say("sign-in.closed")}</p>}
        {!model.serverIsFixed && (
          <Button look="quiet" onPress={() => model.otherServer()}>
            {say("sign-in.other-server")}
          </Button>
        )}
      </div>
    </form>
  );
}

function RegisterStep({ model, state, homeserver }: StepProps & { homeserver: Homeserver }) {
  const say = useSay();
  const form = useNameAndPassword();
  const { name, password } = form;
  const [token, setToken] = useState("");
  const { terms } = homeserver;
  // Other documents are agreed to anew.
  const [agreedTo, setAgreedTo] = useState<typeof terms>();
  const agreed = terms.length === 0 || agreedTo === terms;
  const failure = useFailure(state);
  const title = useId();
  const submit = useForm(() => void model.createAccount({ name, password, ...(token ? { token } : {}) }));
  return (
    <form className={styles.form} onSubmit={submit} aria-labelledby={title}>
      <h1 className={styles.title} id={title}>
        {say("sign-in.title-register", { server: homeserver.name })}
      </h1>
      {failure.above && <Notice kind="danger">{failure.above}</Notice>}
      {homeserver.registration === "token" && (
        <Field
          label={say("sign-in.token")}
          hint={say("sign-in.token-hint")}
          error={failure.at("token")}
          value={token}
          onChange={setToken}
          autoComplete="off"
          autoCapitalize="none"
          isRequired
        />
      )}
      <NameAndPassword
        form={form}
        failure={failure}
        hint={say("sign-in.name-hint")}
        autoComplete="new-password"
      />
      {terms.length > 0 && (
        <TermsView
          terms={terms}
          agreed={agreed}
          onAgree={(agrees) => setAgreedTo(agrees ? terms : undefined)}
        />
      )}
      <Button type="submit" look="primary" wide isDisabled={state.busy || !agreed}>
        {say("sign-in.create")}
      </Button>
      <Button look="quiet" onPress={() => model.back()}>
        {say("sign-in.to-sign-in")}
      </Button>
    </form>
  );
}
