// Finds out how things are: on this device, in the account's safe, and in its backup. Changes nothing, but that a
// backup which proves to be the person's own is written into from then on.

import { Failure } from "@herold/engine";
import { ClientPrefix, type MatrixClient, MatrixError, type MatrixEvent, Method } from "matrix-js-sdk";
import type { CryptoApi, KeyBackupInfo } from "matrix-js-sdk/lib/crypto-api/index.js";

import type { Backup, Facts } from "./judge.ts";
import { keyCounts } from "./machine.ts";
import { notYetNoted } from "./noting.ts";

/** The only kind of lock that is known. */
export const SAFE_ALGORITHM = "m.secret_storage.v1.aes-hmac-sha2";

export function cryptoOf(client: MatrixClient): CryptoApi {
  const crypto = client.getCrypto();
  if (!crypto) throw new Failure("unknown", { detail: "encryption has not started" });
  return crypto;
}

/** Tries once more to read a message that could not be read. */
export function decryptAgain(client: MatrixClient, event: MatrixEvent): Promise<void> {
  type Decrypting = Parameters<MatrixEvent["attemptDecryption"]>[0];
  return event.attemptDecryption(cryptoOf(client) as unknown as Decrypting, { isRetry: true });
}

/** The backup as the server has it now; nothing when it has none. */
export async function serverBackup(client: MatrixClient): Promise<KeyBackupInfo | undefined> {
  try {
    return await client.http.authedRequest<KeyBackupInfo>(
      Method.Get,
      "/room_keys/version",
      undefined,
      undefined,
      { prefix: ClientPrefix.V3 },
    );
  } catch (error) {
    if (error instanceof MatrixError && error.errcode === "M_NOT_FOUND") return undefined;
    throw error;
  }
}

/** `fresh` asks the server for the identity; otherwise what was last heard of it counts. */
export async function look(client: MatrixClient, fresh: boolean): Promise<Facts> {
  const crypto = cryptoOf(client);
  // First, because it fails when the server cannot be reached, which must not look like a backup that is gone.
  const info = await serverBackup(client);
  const backup = await backupOf(client, crypto, info);
  const status = await crypto.getCrossSigningStatus();
  const identity = fresh
    ? await crypto.userHasCrossSigningKeys(client.getSafeUserId(), true)
    : status.publicKeysOnDevice;
  const here = status.privateKeysCachedLocally;
  const recovery = await recoveryOf(client);
  const { total, backedUp } = await keyCounts(client);
  return {
    identity,
    confirmed: identity && (await isConfirmed(client, crypto)),
    privateKeysHere: here.masterKey && here.selfSigningKey && here.userSigningKey,
    otherDevices: await hasOtherConfirmedDevice(client, crypto),
    recovery,
    backup,
    backupKeyHere: (await crypto.getSessionBackupPrivateKey()) !== null,
    waiting: Math.max(0, total - backedUp),
  };
}

async function backupOf(
  client: MatrixClient,
  crypto: CryptoApi,
  info: KeyBackupInfo | undefined,
): Promise<Backup | undefined> {
  const active = await crypto.getActiveSessionBackupVersion();
  // Asked only when something is different: every check asks the server once more.
  if (active !== (info?.version ?? null)) await crypto.checkKeyBackupAndEnable();
  if (!info) return undefined;
  const trust = await crypto.isKeyBackupTrusted(info);
  return {
    signed: trust.trusted,
    keyHere: trust.matchesDecryptionKey,
    active: (await client.getCrypto()?.getActiveSessionBackupVersion()) === info.version,
  };
}

async function isConfirmed(client: MatrixClient, crypto: CryptoApi): Promise<boolean> {
  const status = await crypto.getDeviceVerificationStatus(client.getSafeUserId(), client.getDeviceId() ?? "");
  return status?.signedByOwner === true && status.crossSigningVerified;
}

async function hasOtherConfirmedDevice(client: MatrixClient, crypto: CryptoApi): Promise<boolean> {
  const me = client.getSafeUserId();
  const devices = (await crypto.getUserDeviceInfo([me])).get(me) ?? new Map();
  for (const device of devices.values()) {
    if (device.deviceId === client.getDeviceId() || device.dehydrated) continue;
    if ((await crypto.getDeviceVerificationStatus(me, device.deviceId))?.signedByOwner) return true;
  }
  return false;
}

async function recoveryOf(client: MatrixClient): Promise<Facts["recovery"]> {
  const key = await client.secretStorage.getKey();
  if (key?.[1].algorithm !== SAFE_ALGORITHM) {
    return { usable: false, identity: false, backup: false, noted: true };
  }
  const [id] = key;
  const locked = async (name: Parameters<typeof client.secretStorage.isStored>[0]): Promise<boolean> =>
    id in ((await client.secretStorage.isStored(name)) ?? {});
  return {
    usable: true,
    identity:
      (await locked("m.cross_signing.master")) &&
      (await locked("m.cross_signing.self_signing")) &&
      (await locked("m.cross_signing.user_signing")),
    backup: await locked("m.megolm_backup.v1"),
    noted: notYetNoted(client) !== id,
  };
}
