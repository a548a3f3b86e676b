import { expect, test } from "vitest";

import { lock, unlock } from "./key-file.ts";

const WORDS = JSON.stringify([{ room_id: "!a:example.org", session_key: "Schlüssel" }]);

test("what was locked is unlocked with the same words only", async () => {
  const file = await lock(WORDS, "drei kleine Katzen", 1000);
  expect(file).toMatch(/^-----BEGIN MEGOLM SESSION DATA-----\n/);
  expect(file.trimEnd()).toMatch(/\n-----END MEGOLM SESSION DATA-----$/);
  expect(Math.max(...file.split("\n").map((line) => line.length))).toBeLessThanOrEqual(96);
  await expect(unlock(file, "drei kleine Katzen")).resolves.toBe(WORDS);
  await expect(unlock(file, "drei kleine Hunde")).rejects.toMatchObject({ reason: "wrong-passphrase" });
});

test("a file of another implementation is read", async () => {
  // Made after the specification with Python's hashlib and hmac, and `openssl enc -aes-256-ctr`.
  const file = `-----BEGIN MEGOLM SESSION DATA-----
AQECAwQFBgcICQoLDA0ODxBVVVVVVVVVVRIzMzMzMzMzAAAD6OUwcr13FK+6RoQDskvK9E1Z/Je/
x54tErd3M97gQEB9MPLz2AA=
-----END MEGOLM SESSION DATA-----`;
  await expect(unlock(file, "password")).resolves.toBe("plain");
});

test("what is no such file, or was cut off, is said to be broken", async () => {
  const file = await lock(WORDS, "a", 1000);
  for (const broken of [
    "",
    "hello",
    file.slice(0, 80),
    file.replace(/\n[^-]{20}/, "\n"),
    file.replace("A", "*"),
  ]) {
    await expect(unlock(broken, "a")).rejects.toMatchObject({
      reason: expect.stringMatching(/^(broken-file|wrong-passphrase)$/),
    });
  }
});
