// Encrypted files as the client-server API describes them ("Sending encrypted attachments"):
// AES-CTR with 256 bits, a counter that starts at zero in its lower half, SHA-256 over the ciphertext.

import { createHash } from "node:crypto";

const { subtle } = globalThis.crypto;
const COUNTER_BITS = 64;

/** Encrypts bytes; returns the ciphertext and all of an `EncryptedFile` but its address. */
export async function encryptAttachment(plaintext) {
    const counter = new Uint8Array(16);
    crypto.getRandomValues(counter.subarray(0, 8));
    const key = await subtle.generateKey({ name: "AES-CTR", length: 256 }, true, ["encrypt", "decrypt"]);
    const algorithm = { name: "AES-CTR", counter, length: COUNTER_BITS };
    const ciphertext = Buffer.from(await subtle.encrypt(algorithm, key, plaintext));
    const keys = {
        v: "v2",
        key: await subtle.exportKey("jwk", key),
        iv: unpaddedBase64(counter),
        hashes: { sha256: unpaddedBase64(createHash("sha256").update(ciphertext).digest()) },
    };
    return { ciphertext, keys };
}

/** Decrypts bytes with the `EncryptedFile` they came with; fails when the hash does not match. */
export async function decryptAttachment(ciphertext, file) {
    const hash = unpaddedBase64(createHash("sha256").update(ciphertext).digest());
    if (hash !== file.hashes.sha256) throw new Error("the file's hash does not match");
    const key = await subtle.importKey("jwk", file.key, { name: "AES-CTR" }, false, ["decrypt"]);
    const algorithm = { name: "AES-CTR", counter: Buffer.from(file.iv, "base64"), length: COUNTER_BITS };
    return subtle.decrypt(algorithm, key, ciphertext);
}

function unpaddedBase64(bytes) {
    return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}
