import { type Engine, Failure, type FailureReason, type Homeserver, type Session } from "@herold/engine";
import { beforeEach, expect, test, vi } from "vitest";

import { fieldOf, type OwnServer, SignInModel } from "./sign-in.model.ts";

const HOMESERVER: Homeserver = {
  name: "localhost:8008",
  address: "http://localhost:8008",
  signIn: { password: true, singleSignOn: false },
  registration: "open",
  terms: [],
};
const OWN: OwnServer = { address: HOMESERVER.address, name: "example.org" };

const discover = vi.fn<Engine["discover"]>();
const signIn = vi.fn<Engine["signIn"]>();
const register = vi.fn<Engine["register"]>();
const signedIn = vi.fn<(session: Session) => void>();

beforeEach(() => {
  for (const action of [discover, signIn, register, signedIn]) action.mockReset();
  discover.mockResolvedValue(HOMESERVER);
});

function modelAt(ownServer: OwnServer | undefined): SignInModel {
  const engine = { discover, signIn, register } as Partial<Engine> as Engine;
  return new SignInModel({ engine, ownServer, signedIn });
}

test("the server that serves the app is called by its own name", async () => {
  const model = modelAt(OWN);
  await model.start();
  expect(discover).toHaveBeenCalledWith(OWN.address);
  expect(model.state.value.step).toEqual({
    kind: "sign-in",
    homeserver: { ...HOMESERVER, name: "example.org" },
  });
});

test("without one, somebody says where their account is", async () => {
  const model = modelAt(undefined);
  await model.start();
  expect(model.state.value.step.kind).toBe("server");
  await model.chooseServer("localhost:8008");
  expect(model.state.value.step).toEqual({ kind: "sign-in", homeserver: HOMESERVER });
  model.otherServer();
  expect(model.state.value.step.kind).toBe("server");
});

test("a server that cannot be found is told, and asked for again", async () => {
  const model = modelAt(OWN);
  discover.mockRejectedValueOnce(new Failure("unreachable"));
  await model.start();
  expect(model.state.value).toMatchObject({ step: { kind: "server" }, busy: false });
  expect(model.state.value.failure?.reason).toBe("unreachable");
  await model.start();
  expect(model.state.value).toMatchObject({ step: { kind: "sign-in" }, failure: undefined });
});

test("whoever signs in is let in", async () => {
  const session = {} as Session;
  signIn.mockResolvedValue(session);
  const model = modelAt(OWN);
  await model.start();
  await model.signIn({ name: "anna", password: "secret" });
  expect(signIn).toHaveBeenCalledWith(
    { ...HOMESERVER, name: "example.org" },
    { name: "anna", password: "secret" },
  );
  expect(signedIn).toHaveBeenCalledWith(session);
});

test("one thing at a time", async () => {
  signIn.mockReturnValue(new Promise(() => undefined));
  const model = modelAt(OWN);
  await model.start();
  void model.signIn({ name: "anna", password: "secret" });
  void model.signIn({ name: "anna", password: "secret" });
  expect(model.state.value.busy).toBe(true);
  expect(signIn).toHaveBeenCalledOnce();
});

test("between signing in and making an account one goes back and forth, and leaves the failure behind", async () => {
  register.mockRejectedValue(new Failure("name-taken"));
  const model = modelAt(OWN);
  await model.start();
  await model.createAccount({ name: "anna", password: "secret" });
  expect(register).not.toHaveBeenCalled();
  model.register();
  await model.createAccount({ name: "anna", password: "secret" });
  expect(model.state.value).toMatchObject({ step: { kind: "register" }, busy: false });
  expect(model.state.value.failure?.reason).toBe("name-taken");
  model.back();
  expect(model.state.value).toMatchObject({ step: { kind: "sign-in" }, failure: undefined });
});

test("whoever creates an account agrees to what they were shown, and is shown what has changed", async () => {
  const document = (version: string) => [{ id: "privacy", version, languages: {} }];
  discover.mockResolvedValueOnce({ ...HOMESERVER, terms: document("1") });
  discover.mockResolvedValue({ ...HOMESERVER, terms: document("2") });
  register.mockRejectedValueOnce(new Failure("terms-changed")).mockResolvedValue({} as Session);
  const model = modelAt(OWN);
  await model.start();
  model.register();
  await model.createAccount({ name: "anna", password: "secret" });
  expect(register.mock.lastCall?.[1].agreed).toEqual(document("1"));
  expect(model.state.value).toMatchObject({
    step: { kind: "register", homeserver: { name: "example.org", terms: document("2") } },
    failure: { reason: "terms-changed" },
  });
  await model.createAccount({ name: "anna", password: "secret" });
  expect(register.mock.lastCall?.[1].agreed).toEqual(document("2"));
  expect(signedIn).toHaveBeenCalledOnce();
});

test.each<[FailureReason, ReturnType<typeof fieldOf>]>([
  ["no-server", "server"],
  ["name-invalid", "name"],
  ["password-weak", "password"],
  ["wrong-token", "token"],
  ["wrong-credentials", undefined],
])("%s stands at %s", (reason, field) => {
  expect(fieldOf(reason)).toBe(field);
});
