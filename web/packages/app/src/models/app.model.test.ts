import {
  type Connection,
  type Engine,
  Failure,
  type KnownAccount,
  type Session,
  signal,
} from "@herold/engine";
import { beforeEach, expect, test, vi } from "vitest";

import { AppModel } from "./app.model.ts";
import type { Route } from "./route.ts";

const ANNA: KnownAccount = { userId: "@anna:example.org", deviceId: "ONE" };
const BERT: KnownAccount = { userId: "@bert:example.org", deviceId: "TWO" };

const accounts = vi.fn<Engine["accounts"]>();
const resume = vi.fn<Engine["resume"]>();
const used = vi.fn<Engine["used"]>();
const back = vi.fn<(to?: Route) => void>();
const forget = vi.fn<(userId: string) => void>();
let app: AppModel;

beforeEach(() => {
  for (const action of [accounts, resume, used, back, forget]) action.mockReset();
  accounts.mockResolvedValue([]);
  used.mockResolvedValue();
  app = new AppModel({
    engine: { accounts, resume, used } as Partial<Engine> as Engine,
    ownServer: undefined,
    back,
    forget,
  });
});

function sessionOf(account: KnownAccount) {
  const connection = signal<Connection>("live");
  const opened = Promise.resolve();
  const session = { ...account, connection, opened, signInAgain: vi.fn(async () => undefined) };
  return { connection, session: session as unknown as Session };
}

test("where nobody is signed in, somebody is asked for", async () => {
  expect(app.state.value.kind).toBe("starting");
  await app.start();
  expect(app.state.value.kind).toBe("signed-out");
});

test("where the browser keeps nothing it is said, and tried again", async () => {
  accounts.mockRejectedValueOnce(new Failure("no-storage"));
  await app.start();
  expect(app.state.value).toMatchObject({
    kind: "failed",
    failure: { reason: "no-storage" },
    account: undefined,
  });
  await app.start();
  expect(app.state.value.kind).toBe("signed-out");
});

test("it goes on with the account used last", async () => {
  const { session } = sessionOf(ANNA);
  accounts.mockResolvedValue([ANNA]);
  resume.mockResolvedValue(session);
  await app.start();
  expect(resume).toHaveBeenCalledWith(ANNA);
  expect(app.state.value).toEqual({ kind: "signed-in", session });
});

test("an account that cannot be opened is not lost: it is tried again", async () => {
  const { session } = sessionOf(ANNA);
  accounts.mockResolvedValue([ANNA]);
  resume.mockRejectedValueOnce(new Failure("unreachable"));
  await app.start();
  expect(app.state.value).toMatchObject({ kind: "failed", account: ANNA });
  resume.mockResolvedValue(session);
  await app.resume(ANNA);
  expect(app.state.value.kind).toBe("signed-in");
});

test("an account whose stores do not open, after it was shown, is tried again as well", async () => {
  const [before, { session }] = [sessionOf(ANNA), sessionOf(ANNA)];
  before.connection.value = "starting";
  accounts.mockResolvedValue([ANNA]);
  resume.mockResolvedValueOnce({ ...before.session, opened: Promise.reject(new Failure("unknown")) });
  await app.start();
  await vi.waitFor(() => expect(app.state.value).toMatchObject({ kind: "failed", account: ANNA }));
  expect(app.sessions.value).toEqual([]);
  resume.mockResolvedValue(session);
  await app.resume(ANNA);
  expect(app.state.value).toEqual({ kind: "signed-in", session });
});

test("after signing out the next account is there, at home", async () => {
  const [anna, bert] = [sessionOf(ANNA), sessionOf(BERT)];
  accounts.mockResolvedValueOnce([ANNA, BERT]).mockResolvedValue([BERT]);
  resume.mockImplementation(async ({ userId }) => (userId === ANNA.userId ? anna.session : bert.session));
  await app.start();
  await vi.waitFor(() => expect(accounts).toHaveBeenCalledTimes(2));
  app.goTo("#/room/!tea");
  anna.connection.value = "signed-out";
  await vi.waitFor(() => expect(app.state.value).toEqual({ kind: "signed-in", session: bert.session }));
  expect(app.route.value).toEqual({ kind: "home" });
  expect(forget).toHaveBeenCalledExactlyOnceWith(ANNA.userId);
});

test("all accounts are open, and changing between them opens nothing again", async () => {
  const [anna, bert] = [sessionOf(ANNA), sessionOf(BERT)];
  anna.connection.value = "starting";
  accounts.mockResolvedValue([ANNA, BERT]);
  resume.mockImplementation(async ({ userId }) => (userId === ANNA.userId ? anna.session : bert.session));
  await app.start();
  expect(app.others.value).toEqual([{ account: BERT, session: undefined }]);
  anna.connection.value = "live";
  await vi.waitFor(() => expect(app.others.value).toEqual([{ account: BERT, session: bert.session }]));
  app.goTo("#/room/!tea");
  await app.show(BERT);
  expect(app.state.value).toEqual({ kind: "signed-in", session: bert.session });
  expect(app.others.value).toEqual([{ account: ANNA, session: anna.session }]);
  expect(app.route.value).toEqual({ kind: "home" });
  expect(used).toHaveBeenLastCalledWith(bert.session);
  expect(resume).toHaveBeenCalledTimes(2);
});

test("who adds an account may go back, and one that ends beside them takes nothing away", async () => {
  const [anna, bert] = [sessionOf(ANNA), sessionOf(BERT)];
  accounts.mockResolvedValue([ANNA, BERT]);
  resume.mockImplementation(async ({ userId }) => (userId === ANNA.userId ? anna.session : bert.session));
  await app.start();
  await vi.waitFor(() => expect(app.sessions.value).toHaveLength(2));
  app.askWho();
  expect(app.state.value).toMatchObject({ kind: "signed-out", back: { userId: ANNA.userId } });
  await app.show(ANNA);
  accounts.mockResolvedValue([ANNA]);
  bert.connection.value = "signed-out";
  await vi.waitFor(() => expect(app.others.value).toEqual([]));
  expect(app.state.value).toEqual({ kind: "signed-in", session: anna.session });
});

test("a tab that had to give the account away while it started takes nothing back unseen", async () => {
  const { session, connection } = sessionOf(ANNA);
  connection.value = "starting";
  accounts.mockResolvedValue([ANNA, BERT]);
  resume.mockResolvedValueOnce(session);
  await app.start();
  connection.value = "elsewhere";
  // The turn in which it would ask for them.
  await new Promise((turn) => setTimeout(turn));
  expect(resume).toHaveBeenCalledOnce();
  expect(app.state.value).toEqual({ kind: "signed-in", session });
});

test("an account that does not open can be tried, and does not stand in the way of others", async () => {
  const { session } = sessionOf(ANNA);
  accounts.mockResolvedValue([ANNA, BERT]);
  resume.mockResolvedValueOnce(session).mockRejectedValue(new Failure("unreachable"));
  await app.start();
  await vi.waitFor(() => expect(resume).toHaveBeenCalledTimes(2));
  expect(app.state.value).toEqual({ kind: "signed-in", session });
  await app.show(BERT);
  expect(app.state.value).toMatchObject({ kind: "failed", account: BERT });
});

test("whoever signs in again goes on with the same account", async () => {
  const [before, after] = [sessionOf(ANNA), sessionOf(ANNA)];
  accounts.mockResolvedValue([ANNA]);
  resume.mockResolvedValueOnce(before.session).mockResolvedValue(after.session);
  await app.start();
  before.connection.value = "signed-out-softly";
  expect(app.state.value).toEqual({ kind: "signed-in", session: before.session });
  await app.signInAgain(before.session, "secret");
  expect(before.session.signInAgain).toHaveBeenCalledWith("secret");
  expect(app.state.value).toEqual({ kind: "signed-in", session: after.session });
});

test("a wrong password is told where it was typed", async () => {
  const { session } = sessionOf(ANNA);
  vi.mocked(session.signInAgain).mockRejectedValue(new Failure("wrong-credentials"));
  await expect(app.signInAgain(session, "wrong")).rejects.toMatchObject({ reason: "wrong-credentials" });
  expect(resume).not.toHaveBeenCalled();
});

test("a link from outside leads into the account that it names, before and after the start", async () => {
  const [anna, bert] = [sessionOf(ANNA), sessionOf(BERT)];
  accounts.mockResolvedValue([ANNA, BERT]);
  resume.mockImplementation(async ({ userId }) => (userId === ANNA.userId ? anna.session : bert.session));
  app.goTo(`#/as/${BERT.userId}/room/!tea`);
  await app.start();
  expect(app.state.value).toEqual({ kind: "signed-in", session: bert.session });
  expect(app.route.value).toEqual({ kind: "room", roomId: "!tea" });
  await app.open(ANNA.userId, { kind: "room", roomId: "!cake" });
  expect(app.state.value).toEqual({ kind: "signed-in", session: anna.session });
  expect(app.route.value).toEqual({ kind: "room", roomId: "!cake" });
  await app.open("@nobody:example.org", { kind: "home" });
  expect(app.route.value).toEqual({ kind: "room", roomId: "!cake" });
});
