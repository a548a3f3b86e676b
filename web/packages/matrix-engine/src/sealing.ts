// Sealing what lies in this browser, with a key that cannot be taken out of it.

/** Sealed bytes: a number used once, then what was locked. */
export type Sealed = Uint8Array<ArrayBuffer>;

const NONCE_BYTES = 12;

export function newKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** The place is locked in with it: what was sealed for one place opens in no other. */
export async function seal(key: CryptoKey, place: string, bytes: Uint8Array<ArrayBuffer>): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const locked = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(place) },
    key,
    bytes,
  );
  const sealed = new Uint8Array(NONCE_BYTES + locked.byteLength);
  sealed.set(iv);
  sealed.set(new Uint8Array(locked), NONCE_BYTES);
  return sealed;
}

export async function unseal(
  key: CryptoKey,
  place: string,
  sealed: Sealed,
): Promise<Uint8Array<ArrayBuffer>> {
  const iv = sealed.subarray(0, NONCE_BYTES);
  const opened = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(place) },
    key,
    sealed.subarray(NONCE_BYTES),
  );
  return new Uint8Array(opened);
}
