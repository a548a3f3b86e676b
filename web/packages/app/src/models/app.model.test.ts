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

const ANNA: KnownAccount = { userId: "@anna:example.org", deviceId: "ONE" };
const BERT: KnownAccount = { userId: "@bert:example.org", deviceId: "TWO" };

const accounts = vi.fn<Engine["accounts"]>();
const resume = vi.fn<Engine["resume"]>();
let app: AppModel;

beforeEach(() => {
  for (const action of [accounts, resume]) action.mockReset();
  accounts.mockResolvedValue([]);
  app = new AppModel({ accounts, resume } as Partial<Engine> as Engine, undefined);
});

function sessionOf(account: KnownAccount) {
  const connection = signal<Connection>("live");
  const session = { ...account, connection, signInAgain: vi.fn(async () => undefined) };
  return { connection, session: session as unknown as Session };
}

test("where nobody is signed in, somebody is asked for", async () => {
  expect(app.state.value.kind).toBe("starting");
  await app.start();
  expect(app.state.value.kind).toBe("signed-out");
});

test("it goes on with the account used last", async () => {
  const { session } = sessionOf(ANNA);
  accounts.mockResolvedValue([ANNA, BERT]);
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

test("after signing out the next account is there, at home", async () => {
  const [anna, bert] = [sessionOf(ANNA), sessionOf(BERT)];
  accounts.mockResolvedValueOnce([ANNA, BERT]).mockResolvedValue([BERT]);
  resume.mockImplementation(async ({ userId }) => (userId === ANNA.userId ? anna.session : bert.session));
  await app.start();
  app.goTo("#/room/!tea");
  anna.connection.value = "signed-out";
  await vi.waitFor(() => expect(app.state.value).toEqual({ kind: "signed-in", session: bert.session }));
  expect(app.route.value).toEqual({ kind: "home" });
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
