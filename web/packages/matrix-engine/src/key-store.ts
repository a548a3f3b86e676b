// Where the keys of an account lie in this browser, and who may open them. The service worker reads it as well: no SDK here.
import type { StoredAccount } from "./stored-accounts.ts";

type Device = Pick<StoredAccount, "userId" | "deviceId">;

/** The Web Lock that whoever opens the stores of an account holds. */
export const lockOf = (userId: string): string => `herold:${userId}`;

/** As the SDK is told it. */
export const keyStoreOf = ({ userId, deviceId }: Device): string => `herold-crypto-${userId}-${deviceId}`;

/**
 * The version of its database; nothing where there is none. It is asked for without opening it, which would make one.
 * Fails where the browser does not tell.
 */
export async function keyStoreVersion(device: Device): Promise<number | undefined> {
  const databases = await indexedDB.databases();
  return databases.find(({ name }) => name === `${keyStoreOf(device)}::matrix-sdk-crypto`)?.version;
}
