// The accounts of this browser: where they live and the tokens that open them. Kept in IndexedDB, since that is
// shared with the service worker and survives whatever clears local storage of closed tabs.
import { type DBSchema, type IDBPDatabase, openDB } from "idb";

export interface StoredAccount {
  userId: string;
  deviceId: string;
  address: string;
  accessToken: string;
  /** When it was used last, to offer the last one first. */
  usedAtMs: number;
  /** There once a page has opened its keys: what the service worker has to know before it opens them. */
  keys?: KeysNote | undefined;
}

export interface KeysNote {
  /** The version of the encryption that opened them. */
  encryption: string;
  /** The version of the store that it left. */
  storeVersion: number;
  /** What is written on devices that their owners did not sign is not shown. */
  onlyConfirmed: boolean;
}

interface Schema extends DBSchema {
  accounts: { key: string; value: StoredAccount };
}

const NAME = "herold-accounts";

let opened: Promise<IDBPDatabase<Schema>> | undefined;

function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= open().catch((cause: unknown) => {
    // It may be allowed by the next time.
    opened = undefined;
    throw cause;
  });
  return opened;
}

/** Where pages may keep nothing, browsers throw as soon as they are asked. */
async function open(): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>(NAME, 1, {
    upgrade(database) {
      database.createObjectStore("accounts", { keyPath: "userId" });
    },
  });
}

/** All of them, the one used last first. */
export async function storedAccounts(): Promise<StoredAccount[]> {
  const accounts = await (await database()).getAll("accounts");
  return accounts.sort((left, right) => right.usedAtMs - left.usedAtMs);
}

export async function storedAccount(userId: string): Promise<StoredAccount | undefined> {
  return (await database()).get("accounts", userId);
}

export async function storeAccount(account: StoredAccount): Promise<void> {
  await (await database()).put("accounts", account);
}

export function noteUse(userId: string, usedAtMs: number): Promise<void> {
  return change(userId, { usedAtMs });
}

export function noteKeys(userId: string, keys: KeysNote): Promise<void> {
  return change(userId, { keys });
}

/** An account that was forgotten meanwhile stays so. */
async function change(userId: string, now: Partial<StoredAccount>): Promise<void> {
  const { store, done } = (await database()).transaction("accounts", "readwrite");
  const account = await store.get(userId);
  if (account) await store.put({ ...account, ...now });
  await done;
}

export async function forgetAccount(userId: string): Promise<void> {
  await (await database()).delete("accounts", userId);
}
