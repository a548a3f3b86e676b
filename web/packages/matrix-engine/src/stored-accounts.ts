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

/** An account that was forgotten meanwhile stays so. */
export async function noteUse(userId: string, usedAtMs: number): Promise<void> {
  const { store, done } = (await database()).transaction("accounts", "readwrite");
  const account = await store.get(userId);
  if (account) await store.put({ ...account, usedAtMs });
  await done;
}

export async function forgetAccount(userId: string): Promise<void> {
  await (await database()).delete("accounts", userId);
}
