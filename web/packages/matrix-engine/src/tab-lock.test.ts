import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { takeAccount } from "./tab-lock.ts";

type Held = () => Promise<unknown>;

/** The locks of a browser, which Node has not: one lock, those who wait in order, and who steals it. */
class Locks {
  #queue: Promise<unknown> = Promise.resolve();
  #stolen: (error: Error) => void = () => undefined;

  request(
    _name: string,
    { signal, steal }: { signal?: AbortSignal; steal?: true },
    held: Held,
  ): Promise<unknown> {
    if (steal) this.#stolen(new DOMException("stolen", "AbortError"));
    const run = (): Promise<unknown> => {
      if (signal?.aborted) return Promise.reject(signal.reason);
      return Promise.race([
        held(),
        new Promise((_, reject) => {
          this.#stolen = reject;
        }),
      ]);
    };
    const turn = steal ? run() : this.#queue.then(run);
    this.#queue = turn.catch(() => undefined);
    const impatient = new Promise((_, reject) =>
      signal?.addEventListener("abort", () => reject(signal.reason)),
    );
    return Promise.race([turn, impatient]);
  }
}

beforeEach(() => {
  vi.stubGlobal("navigator", { locks: new Locks() });
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("the tab that has the account is asked once, and lets go before the other one has it", async () => {
  const steps: string[] = [];
  await takeAccount("@a:x", async () => {
    steps.push("first lets go");
  });
  const second = await takeAccount("@a:x", async () => undefined);
  steps.push("second has it");
  expect(steps).toEqual(["first lets go", "second has it"]);
  second.release();
});

/** As many tabs as that ask for an account, and how many of them were told that another one has it. */
function asking(userId: string, tabs: number, lost: () => Promise<void>) {
  const told = vi.fn();
  const asked = Array.from({ length: tabs }, () => takeAccount(userId, lost));
  for (const tab of asked) tab.catch((error) => told(error.reason));
  return { told, settled: Promise.allSettled(asked) };
}

test("of tabs that ask at once one has the account, and the others are told before it is free", async () => {
  let free: () => void = () => undefined;
  await takeAccount("@b:x", () => new Promise((resolve) => (free = resolve)));
  const lost = vi.fn(async () => undefined);
  const { told, settled } = asking("@b:x", 20, lost);
  await vi.waitFor(() => expect(told).toHaveBeenCalledTimes(19));
  free();
  expect((await settled).filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(new Set(told.mock.calls.flat())).toEqual(new Set(["in-other-tab"]));
  expect(lost).not.toHaveBeenCalled();
});

test("from a tab that hangs only one of those that ask takes it", async () => {
  const patience = new AbortController();
  vi.spyOn(AbortSignal, "timeout").mockReturnValue(patience.signal);
  await takeAccount("@d:x", () => new Promise<void>(() => undefined));
  const lost = vi.fn(async () => undefined);
  const { told, settled } = asking("@d:x", 3, lost);
  await vi.waitFor(() => expect(told).toHaveBeenCalledTimes(2));
  patience.abort();
  expect((await settled).filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(lost).not.toHaveBeenCalled();
});

test("from a tab that hangs it is taken, and that tab lets go when it comes to", async () => {
  const patience = new AbortController();
  vi.spyOn(AbortSignal, "timeout").mockReturnValue(patience.signal);
  const lost = vi.fn(() => new Promise<void>(() => undefined));
  await takeAccount("@c:x", lost);
  const second = takeAccount("@c:x", async () => undefined);
  await vi.waitFor(() => expect(lost).toHaveBeenCalledOnce());
  patience.abort();
  (await second).release();
  expect(lost).toHaveBeenCalledOnce();
});
