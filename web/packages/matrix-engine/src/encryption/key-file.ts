// Keys of messages in a file, locked with words that the person chooses: the format of the specification ("Key export
// format"), which every Matrix client reads.
import { Failure } from "@herold/engine";

const FIRST_LINE = "-----BEGIN MEGOLM SESSION DATA-----";
const LAST_LINE = "-----END MEGOLM SESSION DATA-----";
const VERSION = 1;
const SALT = 16;
const IV = 16;
const MAC = 32;
const HEAD = 1 + SALT + IV + 4;
const ITERATIONS = 500_000;
/** What a file may ask for: more would keep the browser busy for minutes. */
const ITERATIONS_MAX = 10_000_000;
const LINE = 96;

type Bytes = Uint8Array<ArrayBuffer>;

export async function lock(words: string, passphrase: string, iterations = ITERATIONS): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT));
  const iv = crypto.getRandomValues(new Uint8Array(IV));
  // Bit 63 stays clear, because some implementations count only up to there.
  iv[8] = (iv[8] ?? 0) & 0x7f;
  const keys = await derived(passphrase, salt, iterations);
  const text = new TextEncoder().encode(words);
  const cipher = await crypto.subtle.encrypt({ name: "AES-CTR", counter: iv, length: 64 }, keys.aes, text);
  const body = new Uint8Array(HEAD + cipher.byteLength);
  body[0] = VERSION;
  body.set(salt, 1);
  body.set(iv, 1 + SALT);
  new DataView(body.buffer).setUint32(1 + SALT + IV, iterations);
  body.set(new Uint8Array(cipher), HEAD);
  const mac = await crypto.subtle.sign("HMAC", keys.hmac, body);
  const lines = base64([...body, ...new Uint8Array(mac)]).match(new RegExp(`.{1,${LINE}}`, "g")) ?? [];
  return [FIRST_LINE, ...lines, LAST_LINE, ""].join("\n");
}

export async function unlock(file: string, passphrase: string): Promise<string> {
  const whole = fromFile(file);
  const body = whole.subarray(0, whole.length - MAC);
  const mac = whole.subarray(whole.length - MAC);
  const iterations = new DataView(whole.buffer).getUint32(1 + SALT + IV);
  if (iterations === 0 || iterations > ITERATIONS_MAX) throw new Failure("broken-file");
  const keys = await derived(passphrase, whole.subarray(1, 1 + SALT), iterations);
  if (!(await crypto.subtle.verify("HMAC", keys.hmac, mac, body))) throw new Failure("wrong-passphrase");
  const counter = whole.subarray(1 + SALT, 1 + SALT + IV);
  const text = await crypto.subtle.decrypt(
    { name: "AES-CTR", counter, length: 64 },
    keys.aes,
    body.subarray(HEAD),
  );
  return new TextDecoder().decode(text);
}

function fromFile(file: string): Bytes {
  const first = file.indexOf(FIRST_LINE);
  const last = file.indexOf(LAST_LINE);
  if (first < 0 || last < first) throw new Failure("broken-file");
  const middle = file.slice(first + FIRST_LINE.length, last).replace(/\s/g, "");
  let bytes: Bytes;
  try {
    bytes = Uint8Array.from(atob(middle), (letter) => letter.charCodeAt(0));
  } catch (cause) {
    throw new Failure("broken-file", { cause });
  }
  if (bytes.length < HEAD + MAC || bytes[0] !== VERSION) throw new Failure("broken-file");
  return bytes;
}

async function derived(
  passphrase: string,
  salt: Bytes,
  iterations: number,
): Promise<{ aes: CryptoKey; hmac: CryptoKey }> {
  const words = await crypto.subtle.importKey("raw", new TextEncoder().encode(passphrase), "PBKDF2", false, [
    "deriveBits",
  ]);
  const bits = await crypto.subtle.deriveBits(
    { name: "PBKDF2", salt, iterations, hash: "SHA-512" },
    words,
    512,
  );
  return {
    aes: await crypto.subtle.importKey("raw", bits.slice(0, 32), "AES-CTR", false, ["encrypt", "decrypt"]),
    hmac: await crypto.subtle.importKey("raw", bits.slice(32), { name: "HMAC", hash: "SHA-256" }, false, [
      "sign",
      "verify",
    ]),
  };
}

function base64(bytes: readonly number[]): string {
  let letters = "";
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters);
}
