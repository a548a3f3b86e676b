// The little that the truth needs and the SDK keeps to itself: its crypto machine. Nothing else may reach into the SDK.
import type { MatrixClient } from "matrix-js-sdk";

interface Machine {
  roomKeyCounts(): Promise<{ readonly total: number; readonly backedUp: number }>;
  sign(canonicalJson: string): Promise<{ asJSON(): string }>;
  getBackupKeys(): Promise<{
    readonly decryptionKey?: {
      readonly megolmV1PublicKey: { readonly publicKeyBase64: string; readonly algorithm: string };
    };
  }>;
}

function machineOf(client: MatrixClient): Machine | undefined {
  return (client.getCrypto() as { olmMachine?: Machine } | undefined)?.olmMachine;
}

/** How many keys of messages this device has, and how many of them are in the backup. */
export async function keyCounts(client: MatrixClient): Promise<{ total: number; backedUp: number }> {
  const counts = await machineOf(client)?.roomKeyCounts();
  return { total: counts?.total ?? 0, backedUp: counts?.backedUp ?? 0 };
}

/** What a new backup has to say of itself so that it is opened by the key that is here; signed by device and identity. */
export async function backupForKeyHere(
  client: MatrixClient,
): Promise<{ algorithm: string; auth_data: Record<string, unknown> } | undefined> {
  const machine = machineOf(client);
  const { decryptionKey } = (await machine?.getBackupKeys()) ?? {};
  if (!machine || !decryptionKey) return undefined;
  const { publicKeyBase64, algorithm } = decryptionKey.megolmV1PublicKey;
  const data = { public_key: publicKeyBase64 };
  const signatures = JSON.parse((await machine.sign(JSON.stringify(data))).asJSON());
  return { algorithm, auth_data: { ...data, signatures } };
}
