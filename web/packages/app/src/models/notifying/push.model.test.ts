import { effect, Failure, type PushTarget, type Session, signal } from "@herold/engine";
import { beforeEach, expect, test, vi } from "vitest";

import { PushModel, type Subscription } from "./push.model.ts";

const SUBSCRIPTION: Subscription = { endpoint: "https://push.example.org/1", p256dh: "key", auth: "secret" };

const subscribe = vi.fn<() => Promise<Subscription | undefined>>();
const unsubscribe = vi.fn<() => Promise<Subscription | undefined>>();
const pushTo = vi.fn<(target: PushTarget) => Promise<void>>();
const stopPush = vi.fn<(p256dh: string) => Promise<void>>();

const session = () => ({ notifications: { pushTo, stopPush } }) as unknown as Session;

beforeEach(() => {
  for (const action of [subscribe, unsubscribe, pushTo, stopPush]) action.mockReset();
  subscribe.mockResolvedValue(SUBSCRIPTION);
  unsubscribe.mockResolvedValue(SUBSCRIPTION);
  pushTo.mockResolvedValue();
  stopPush.mockResolvedValue();
});

function following(first: boolean) {
  const wanted = signal(first);
  const sessions = signal<readonly Session[]>([session()]);
  const describe = (subscription: Subscription) => subscription as PushTarget;
  const model = new PushModel({ wanted, sessions, subscribe, unsubscribe, describe });
  effect(() => model.follow());
  return { wanted, sessions };
}

test("each account's server is told once where to push", async () => {
  const { sessions } = following(true);
  await vi.waitFor(() => expect(pushTo).toHaveBeenCalledExactlyOnceWith(SUBSCRIPTION));
  sessions.value = [...sessions.value, session()];
  await vi.waitFor(() => expect(pushTo).toHaveBeenCalledTimes(2));
});

test("a new subscription is told again", async () => {
  const { sessions } = following(true);
  await vi.waitFor(() => expect(pushTo).toHaveBeenCalledTimes(1));
  subscribe.mockResolvedValue({ ...SUBSCRIPTION, endpoint: "https://push.example.org/2" });
  sessions.value = [...sessions.value];
  await vi.waitFor(() => expect(pushTo).toHaveBeenCalledTimes(2));
});

test("nothing is subscribed to that nobody wants, and what was is given back", async () => {
  const { wanted } = following(false);
  await vi.waitFor(() => expect(unsubscribe).toHaveBeenCalledOnce());
  expect(subscribe).not.toHaveBeenCalled();
  wanted.value = true;
  await vi.waitFor(() => expect(pushTo).toHaveBeenCalledOnce());
  wanted.value = false;
  await vi.waitFor(() => expect(stopPush).toHaveBeenLastCalledWith("key"));
});

test("what does not work is no trouble, and is tried again", async () => {
  pushTo.mockRejectedValueOnce(new Failure("unreachable"));
  const { sessions } = following(true);
  await vi.waitFor(() => expect(pushTo).toHaveBeenCalledOnce());
  sessions.value = [...sessions.value];
  await vi.waitFor(() => expect(pushTo).toHaveBeenCalledTimes(2));
  subscribe.mockRejectedValue(new Error("there is no service"));
  sessions.value = [...sessions.value, session()];
  await vi.waitFor(() => expect(subscribe).toHaveBeenCalledTimes(3));
  expect(pushTo).toHaveBeenCalledTimes(2);
});
