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

test("a tab that waits hears when yet another one asks", async () => {
  const steps: string[] = [];
  const take = (name: string) => takeAccount("@b:x", async () => void steps.push(`${name} lets go`));
  await take("first");
  const [, third] = await Promise.all([take("second"), take("third")]);
  expect(steps).toEqual(["first lets go", "second lets go"]);
  third.release();
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
