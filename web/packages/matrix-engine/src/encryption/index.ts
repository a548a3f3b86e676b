// Encryption, for the session that puts an account together.
export { MatrixEncryption } from "./encryption.ts";
export { DevicePolicy } from "./policy.ts";
export { SecretStorageKeys } from "./secret-storage-keys.ts";
export { keepKeysWhole } from "./whole-keys.ts";
