// Encryption, for the session that puts an account together.
export { MatrixEncryption } from "./encryption.ts";
export { SecretStorageKeys } from "./secret-storage-keys.ts";
