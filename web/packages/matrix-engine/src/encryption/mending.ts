// What is done about the account's identity, recovery key and backup. Each of these either goes through or leaves a
// state that `judge` has a next step for.
import { type AskPassword, Failure } from "@herold/engine";
import { ClientPrefix, type MatrixClient, MatrixError, Method } from "matrix-js-sdk";
import {
  type CreateSecretStorageOpts,
  deriveRecoveryKeyFromPassphrase,
} from "matrix-js-sdk/lib/crypto-api/index.js";

import type { Facts } from "./judge.ts";
import { cryptoOf, look, SAFE_ALGORITHM, serverBackup } from "./look.ts";
import { backupForKeyHere } from "./machine.ts";
import { acknowledge, remember } from "./noting.ts";
import { provenPassword, withPassword } from "./password-proof.ts";
import { keysMeantBy, makeRecoveryKey } from "./recovery-key.ts";
import type { HeldKey, SecretStorageKeys } from "./secret-storage-keys.ts";

/** Makes identity, recovery key and backup for an account that has none. */
export async function setUp(
  client: MatrixClient,
  keys: SecretStorageKeys,
  askPassword: AskPassword,
): Promise<string> {
  const crypto = cryptoOf(client);
  // Another device may have been quicker: its identity must not be replaced.
  if (await crypto.userHasCrossSigningKeys(client.getSafeUserId(), true)) {
    throw new Failure("cancelled", { detail: "the account has an identity already" });
  }
  return withNewRecoveryKey(client, keys, async (creation) => {
    await crypto.bootstrapSecretStorage(creation);
    await crypto.bootstrapCrossSigning({
      setupNewCrossSigning: true,
      authUploadDeviceSigningKeys: (request) => withPassword(client, askPassword, request),
    });
    await crypto.bootstrapSecretStorage({ setupNewKeyBackup: true });
  });
}

/** Answers whether what the recovery key locks opens the backup; nothing when that was not to be found out. */
export async function recover(
  client: MatrixClient,
  keys: SecretStorageKeys,
  typed: string,
): Promise<"backup-stays-closed" | undefined> {
  const crypto = cryptoOf(client);
  const key = await rightKey(client, typed);
  return keys.holding(key, async () => {
    const before = await look(client, true);
    if (!before.confirmed || !before.privateKeysHere) {
      // Without them the SDK would go on and make a new identity.
      if (!before.recovery.identity) throw new Failure("recovery-outdated");
      await takeIdentity(client);
    }
    const { backup, recovery } = await look(client, false);
    if (backup && !backup.keyHere) {
      if (!recovery.backup || !(await openBackup(client))) return "backup-stays-closed";
    }
    if (!backup) await newBackup(client, recovery);
    // Puts back into the safe whatever is missing there.
    await crypto.bootstrapSecretStorage({});
    // Whoever types it has it.
    await acknowledge(client);
    return undefined;
  });
}

/** Mends what can be mended with what is on this device; answers with a new recovery key if one had to be made. */
export async function repair(
  client: MatrixClient,
  keys: SecretStorageKeys,
  facts: Facts,
): Promise<string | undefined> {
  if (!facts.privateKeysHere)
    throw new Failure("forbidden", { detail: "the identity is not on this device" });
  const crypto = cryptoOf(client);
  const { usable, identity, backup, noted } = facts.recovery;
  const recoverable = usable && identity && backup && noted;
  const ours = facts.backup?.keyHere === true;
  if (ours && recoverable) {
    await crypto.checkKeyBackupAndEnable();
    return undefined;
  }
  // The key that the safe has is here as well: a backup that it opens can be made without opening the safe.
  if (!facts.backup && recoverable && facts.backupKeyHere) {
    await newBackup(client, facts.recovery);
    return undefined;
  }
  return changeRecoveryKey(client, keys, ours ? "keep" : "replace");
}

/** Makes a new recovery key and locks everything with it; `backup` says whether the backup that there is can be kept. */
export async function changeRecoveryKey(
  client: MatrixClient,
  keys: SecretStorageKeys,
  backup: "keep" | "replace",
): Promise<string> {
  const crypto = cryptoOf(client);
  const old = await client.secretStorage.getDefaultKeyId();
  const words = await withNewRecoveryKey(client, keys, async (creation) => {
    await crypto.bootstrapSecretStorage({ ...creation, setupNewKeyBackup: backup === "replace" });
  });
  if (old) await client.setAccountData(`m.secret_storage.key.${old}`, {});
  return words;
}

/** Starts over: a new identity, a new recovery key, an empty backup. */
export async function reset(
  client: MatrixClient,
  keys: SecretStorageKeys,
  askPassword: AskPassword,
): Promise<string> {
  const crypto = cryptoOf(client);
  const known = await provenPassword(client, askPassword);
  await crypto.resetEncryption((request) => withPassword(client, known, request));
  return withNewRecoveryKey(client, keys, (creation) => crypto.bootstrapSecretStorage(creation));
}

async function withNewRecoveryKey(
  client: MatrixClient,
  keys: SecretStorageKeys,
  act: (creation: CreateSecretStorageOpts) => Promise<void>,
): Promise<string> {
  const { words, bytes } = makeRecoveryKey();
  await keys.holding(undefined, () =>
    act({
      setupNewSecretStorage: true,
      createSecretStorageKey: async () => ({ privateKey: bytes, encodedPrivateKey: words }),
    }),
  );
  await remember(client);
  return words;
}

/** The key that was typed, if it is the one of this account. Changes nothing. */
async function rightKey(client: MatrixClient, typed: string): Promise<HeldKey> {
  const found = await client.secretStorage.getKey();
  if (!found || found[1].algorithm !== SAFE_ALGORITHM) throw new Failure("recovery-outdated");
  const [id, info] = found;
  const meant = keysMeantBy(typed);
  // Other apps let people choose a sentence instead, which the key is made of.
  if (meant.length === 0 && info.passphrase?.algorithm === "m.pbkdf2") {
    const { salt, iterations, bits } = info.passphrase;
    meant.push(await deriveRecoveryKeyFromPassphrase(typed.trim(), salt, iterations, bits));
  }
  for (const bytes of meant) {
    if (await client.secretStorage.checkKey(bytes, info)) return { id, bytes };
  }
  throw new Failure("wrong-recovery-key");
}

async function takeIdentity(client: MatrixClient): Promise<void> {
  const crypto = cryptoOf(client);
  try {
    await crypto.bootstrapCrossSigning({});
  } catch (error) {
    if (error instanceof MatrixError || error instanceof TypeError) throw error;
    // The SDK says so when the keys are not those of the identity that the server has now.
    throw new Failure("recovery-outdated", { cause: error });
  }
  const me = client.getSafeUserId();
  const deviceId = client.getDeviceId() ?? "";
  if (!(await crypto.getDeviceVerificationStatus(me, deviceId))?.signedByOwner) {
    await crypto.crossSignDevice(deviceId);
  }
}

/** Takes what opens the backup out of the safe; answers whether it does open the one that the server has. */
async function openBackup(client: MatrixClient): Promise<boolean> {
  const crypto = cryptoOf(client);
  const info = await serverBackup(client);
  const secret = await client.secretStorage.get("m.megolm_backup.v1");
  if (!info || !secret) return false;
  await crypto.checkKeyBackupAndEnable();
  try {
    await crypto.loadSessionBackupPrivateKeyFromSecretStorage();
  } catch (error) {
    if (error instanceof MatrixError) throw error;
    return false;
  }
  await crypto.checkKeyBackupAndEnable();
  return true;
}

/** A new backup that the key in the safe opens, if that one is here as well; otherwise one with a key of its own. */
async function newBackup(client: MatrixClient, recovery: Facts["recovery"]): Promise<void> {
  const crypto = cryptoOf(client);
  const privateKey = await crypto.getSessionBackupPrivateKey();
  const again = recovery.backup && privateKey ? await backupForKeyHere(client) : undefined;
  if (!again || !privateKey) return crypto.resetKeyBackup();
  const { version } = await client.http.authedRequest<{ version: string }>(
    Method.Post,
    "/room_keys/version",
    undefined,
    again,
    { prefix: ClientPrefix.V3 },
  );
  await crypto.storeSessionBackupPrivateKey(privateKey, version);
  await crypto.checkKeyBackupAndEnable();
}
