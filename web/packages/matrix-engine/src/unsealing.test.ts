import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { StoredAccount } from "./stored-accounts.ts";
import { type OpenKeys, type Parts, unsealing } from "./unsealing.ts";

const ANNA = "@anna:example.org";
const account: StoredAccount = {
  userId: ANNA,
  deviceId: "A",
  address: "https://example.org",
  accessToken: "secret",
  usedAtMs: 0,
  keys: { encryption: "1.0", storeVersion: 107, onlyConfirmed: true },
};
const sealed = {
  event_id: "$e",
  type: "m.room.encrypted",
  sender: "@bert:example.org",
  unsigned: { age: 1 },
};
const plain = { type: "m.room.message", content: { msgtype: "m.text", body: "Tea?" } };

/** Runs out when a test says so. */
let late: AbortController;

beforeEach(() => {
  late = new AbortController();
  vi.spyOn(AbortSignal, "timeout").mockImplementation(() => late.signal);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** The locks of a browser: one, which is free unless somebody has it. */
class Locks {
  taken = false;
  readonly asked = vi.fn();

  async request(name: string, options: unknown, held: (lock: unknown) => Promise<unknown>): Promise<unknown> {
    this.asked(name, options);
    if (this.taken) return held(null);
    this.taken = true;
    try {
      return await held({ name });
    } finally {
      this.taken = false;
    }
  }
}

function browser({ keys = {}, ...more }: Partial<Omit<Parts, "locks">> & { keys?: Partial<OpenKeys> } = {}) {
  const locks = new Locks();
  const opened = { read: vi.fn(async () => JSON.stringify(plain)), close: vi.fn(), ...keys };
  const open = vi.fn(async () => opened as OpenKeys);
  const parts = {
    locks: locks as unknown as Parts["locks"],
    account: async () => account,
    storeVersion: async () => 107,
    opener: vi.fn(async () => ({ version: "1.0", open })),
    ...more,
  };
  return { locks, open, opener: parts.opener, ...opened, unseal: unsealing(parts) };
}

test("what a key is here for is read, under the account's lock, and the keys are closed before it is free", async () => {
  const close = vi.fn(() => expect(locks.taken).toBe(true));
  const { unseal, open, read, locks } = browser({ keys: { close } });
  expect(await unseal(ANNA, "!r", sealed)).toEqual(plain);
  expect(locks.asked).toHaveBeenCalledExactlyOnceWith("herold:@anna:example.org", { ifAvailable: true });
  expect(open).toHaveBeenCalledExactlyOnceWith("herold-crypto-@anna:example.org-A", account);
  const { unsigned: _, ...wire } = sealed;
  expect(read).toHaveBeenCalledExactlyOnceWith(JSON.stringify(wire), "!r", true);
  expect(close).toHaveBeenCalledOnce();
  expect(locks.taken).toBe(false);
});

test("whoever shows what any device wrote has it read so", async () => {
  const all = { encryption: "1.0", storeVersion: 107, onlyConfirmed: false };
  const { unseal, read } = browser({ account: async () => ({ ...account, keys: all }) });
  await unseal(ANNA, "!r", sealed);
  expect(read).toHaveBeenCalledExactlyOnceWith(expect.anything(), "!r", false);
});

test("of an account that a page has, nothing is opened", async () => {
  const { unseal, opener, locks } = browser();
  locks.taken = true;
  expect(await unseal(ANNA, "!r", sealed)).toBe(undefined);
  expect(opener).not.toHaveBeenCalled();
});

const { keys: _, ...neverOpened } = account;
test.each<[string, Partial<Parts>]>([
  ["is gone", { storeVersion: async () => undefined }],
  ["is of another version", { storeVersion: async () => 108 }],
  ["cannot be asked for", { storeVersion: () => Promise.reject(new TypeError("databases is no function")) }],
  ["was opened by no page", { account: async () => neverOpened, storeVersion: async () => undefined }],
  ["is of nobody", { account: async () => undefined }],
])("a store that %s is not opened", async (_, parts) => {
  const { unseal, open, opener, locks } = browser(parts);
  expect(await unseal(ANNA, "!r", sealed)).toBe(undefined);
  expect(opener).not.toHaveBeenCalled();
  expect(open).not.toHaveBeenCalled();
  expect(locks.taken).toBe(false);
});

test("another encryption than the last page's opens nothing", async () => {
  const open = vi.fn();
  const { unseal } = browser({ opener: async () => ({ version: "1.1", open }) });
  expect(await unseal(ANNA, "!r", sealed)).toBe(undefined);
  expect(open).not.toHaveBeenCalled();
});

test("what cannot be read stays sealed, and the keys are closed", async () => {
  const { unseal, close, locks } = browser({ keys: { read: () => Promise.reject(new Error("no key")) } });
  expect(await unseal(ANNA, "!r", sealed)).toBe(undefined);
  expect(close).toHaveBeenCalledOnce();
  expect(locks.taken).toBe(false);
});

test("what is late stays sealed at once, and its keys are closed when it is there", async () => {
  let read = (_: string): void => undefined;
  const slow = new Promise<string>((resolve) => {
    read = resolve;
  });
  const { unseal, read: asked, close, locks } = browser({ keys: { read: vi.fn(() => slow) } });
  const answer = unseal(ANNA, "!r", sealed);
  await vi.waitFor(() => expect(asked).toHaveBeenCalled());
  late.abort();
  expect(await answer).toBe(undefined);
  expect(close).not.toHaveBeenCalled();
  expect(locks.taken).toBe(true);
  read(JSON.stringify(plain));
  await vi.waitFor(() => expect(locks.taken).toBe(false));
  expect(close).toHaveBeenCalledOnce();
});

test("what is late before the keys are open reads nothing, and closes them", async () => {
  let open = (_: OpenKeys): void => undefined;
  const slow = new Promise<OpenKeys>((resolve) => {
    open = resolve;
  });
  const { unseal, locks } = browser({ opener: async () => ({ version: "1.0", open: () => slow }) });
  const answer = unseal(ANNA, "!r", sealed);
  await vi.waitFor(() => expect(locks.taken).toBe(true));
  late.abort();
  expect(await answer).toBe(undefined);
  const keys = { read: vi.fn(), close: vi.fn() };
  open(keys);
  await vi.waitFor(() => expect(locks.taken).toBe(false));
  expect(keys.read).not.toHaveBeenCalled();
  expect(keys.close).toHaveBeenCalledOnce();
});

test("messages that come at once are all read, one after the other", async () => {
  const { unseal, close } = browser();
  const answers = await Promise.all(["$a", "$b", "$c"].map((id) => unseal(ANNA, "!r", { event_id: id })));
  expect(answers).toEqual([plain, plain, plain]);
  expect(close).toHaveBeenCalledTimes(3);
});

test("one that hangs keeps those behind it from their words, not from their notification", async () => {
  const { unseal, read } = browser({ keys: { read: vi.fn(() => new Promise<string>(() => undefined)) } });
  const first = unseal(ANNA, "!r", sealed);
  await vi.waitFor(() => expect(read).toHaveBeenCalled());
  const behind = new AbortController();
  vi.mocked(AbortSignal.timeout).mockReturnValue(behind.signal);
  const second = unseal(ANNA, "!r", sealed);
  late.abort();
  expect(await Promise.all([first, second])).toEqual([undefined, undefined]);
});
