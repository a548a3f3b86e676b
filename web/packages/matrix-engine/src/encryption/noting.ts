// Whether the person has the recovery key that was made for them. It is shown once, and the page may be closed before
// it was written down; so the account remembers which key nobody has acknowledged yet.
import type { AccountDataEvents, MatrixClient } from "matrix-js-sdk";

/** `{ "not_noted": "<id of the key>" }`, or nothing in it. */
const TYPE = "org.herold.recovery_key" as keyof AccountDataEvents;

/** The id of the key that was shown last, as long as it was not acknowledged. */
export function notYetNoted(client: MatrixClient): string | undefined {
  const id: unknown = client.getAccountData(TYPE)?.getContent().not_noted;
  return typeof id === "string" ? id : undefined;
}

export async function remember(client: MatrixClient): Promise<void> {
  await client.setAccountData(TYPE, { not_noted: await client.secretStorage.getDefaultKeyId() } as never);
}

export async function acknowledge(client: MatrixClient): Promise<void> {
  if (notYetNoted(client) !== undefined) await client.setAccountData(TYPE, {});
}
