// How safe this account and this device are, in states that each have exactly one next step.
import type { Live } from "./live.ts";
import type { Profile } from "./people.ts";

export type EncryptionState =
  /** Not looked at yet. */
  | { readonly kind: "checking" }
  /** The account has no identity yet: `setUp` makes one. */
  | { readonly kind: "new" }
  /** The account has an identity, and this device is not confirmed: by another device, or by the recovery key. */
  | { readonly kind: "unconfirmed"; readonly otherDevices: boolean; readonly recoveryKey: boolean }
  /** This device is confirmed, but messages would be lost with it. `repair` mends it in one step. */
  | { readonly kind: "at-risk"; readonly problem: RecoveryProblem }
  | { readonly kind: "safe"; readonly backup: BackupState };

export type RecoveryProblem =
  /** No recovery key was ever made, or recovery was turned off. */
  | "no-recovery"
  /** There is a backup, but it is not this person's own: nothing is written into it. */
  | "backup-foreign"
  /** There is no backup, though there is a recovery key. */
  | "backup-missing"
  /** The recovery key does not open everything: a secret is missing in the safe of the account, or here. */
  | "secrets-missing";

export interface BackupState {
  /** Keys that are not in the backup yet. */
  readonly waiting: number;
}

/** Asked for when the server wants proof that it is really the person. */
export type AskPassword = () => Promise<string | undefined>;

export interface Encryption {
  readonly state: Live<EncryptionState>;
  /** Makes identity, backup and recovery key; answers with the recovery key, which is shown once. */
  setUp(askPassword: AskPassword): Promise<string>;
  /** Confirms this device and opens the history by the recovery key, however it was typed. */
  recover(recoveryKey: string): Promise<void>;
  /** Mends an `at-risk` state; answers with a new recovery key if one had to be made. */
  repair(askPassword: AskPassword, recoveryKey?: string): Promise<string | undefined>;
  /** Makes a new recovery key; the old one opens nothing any more. */
  changeRecoveryKey(): Promise<string>;
  /** Starts over when device and recovery key are lost: history that is not here is lost, contacts see a new identity. */
  reset(askPassword: AskPassword): Promise<string>;
  /** Whether everything that can be read here could be read after losing this device; asked before signing out. */
  nothingWouldBeLost(): Promise<boolean>;
  exportKeys(passphrase: string): Promise<Blob>;
  importKeys(file: Blob, passphrase: string): Promise<number>;

  readonly devices: Live<readonly Device[]>;
  refreshDevices(): Promise<void>;
  renameDevice(deviceId: string, name: string): Promise<void>;
  signOutDevices(deviceIds: readonly string[], askPassword: AskPassword): Promise<void>;

  /** What is known of somebody's identity; followed while it is looked at. */
  identity(userId: string): Live<IdentityState>;
  /** Goes on with an identity that changed, without confirming it. */
  acceptIdentity(userId: string): Promise<void>;
  /** People whose identity changed, by room, until it is accepted or confirmed. */
  changedIdentities(roomId: string): Live<readonly Profile[]>;
}

export type IdentityState =
  | "unknown"
  | "unconfirmed"
  | "confirmed"
  | "changed"
  | "changed-after-confirmation";

export interface Device {
  readonly deviceId: string;
  readonly name: string | undefined;
  readonly current: boolean;
  readonly confirmed: boolean;
  /** Devices without encryption cannot be confirmed. */
  readonly encrypts: boolean;
  readonly lastSeenMs: number | undefined;
  readonly lastAddress: string | undefined;
}
