// How safe this account and this device are, in states that each have exactly one next step.
import type { Live } from "./live.ts";
import type { Profile } from "./people.ts";

export type EncryptionState =
  /** Not looked at yet. */
  | { readonly kind: "checking" }
  /** The account has no identity yet: `setUp` makes one. */
  | { readonly kind: "new" }
  /**
   * The account has an identity, and this device is not confirmed: by another device, or by the recovery key. When
   * there is neither, all that is left is `reset`.
   */
  | { readonly kind: "unconfirmed"; readonly otherDevices: boolean; readonly recoveryKey: boolean }
  /** This device was just confirmed, and the other device is about to hand over what it knows. */
  | { readonly kind: "settling" }
  /** This device is confirmed, but messages would be lost with it. */
  | { readonly kind: "at-risk"; readonly problem: RecoveryProblem; readonly mend: Mend }
  | { readonly kind: "safe"; readonly backup: BackupState };

export type RecoveryProblem =
  /** No recovery key was ever made, or recovery was turned off. */
  | "no-recovery"
  /** A recovery key was made, and nobody has said that it was written down. */
  | "recovery-key-not-noted"
  /** There is a backup, but it is not this person's own: nothing is written into it. */
  | "backup-foreign"
  /** There is no backup, though there is a recovery key. */
  | "backup-missing"
  /** There is a backup, and this device does not write into it. */
  | "backup-stopped"
  /** What opens the backup, or vouches for devices and people, is missing on this device. */
  | "secrets-missing-here"
  /** The recovery key would not open everything: something is missing in what it locks. */
  | "secrets-missing-in-recovery";

export type Mend =
  /** `repair` mends it with what this device has. */
  | "alone"
  /**
   * Something is needed that only another device or the recovery key has: `recover`, or a verification with one's own
   * devices. Where both are lost, `repair` gives up what only they could open.
   */
  | "by-confirming"
  /** As `by-confirming`; where both are lost, only `reset` is left. */
  | "by-confirming-or-reset";

export interface BackupState {
  /** Keys that are not in the backup yet. */
  readonly waiting: number;
}

/**
 * Asked for when the server wants proof that it is really the person. `wrong` says that the last answer was not the
 * password. Answering nothing gives the whole thing up, which fails with `cancelled`.
 */
export type AskPassword = (wrong: boolean) => Promise<string | undefined>;

export interface Encryption {
  readonly state: Live<EncryptionState>;
  /** Looks again, asking the server, rather than at what was last heard. */
  check(): Promise<void>;
  /** Makes identity, backup and recovery key; answers with the recovery key, which is shown once. */
  setUp(askPassword: AskPassword): Promise<string>;
  /**
   * Confirms this device and opens the history by the recovery key, however it was typed. Fails with
   * `wrong-recovery-key` before anything is changed, and with `recovery-outdated` when the key is right and what it
   * locks belongs to an identity that was replaced.
   */
  recover(recoveryKey: string): Promise<void>;
  /** Mends an `at-risk` state with what is here; answers with a new recovery key if one had to be made. */
  repair(): Promise<string | undefined>;
  /** The recovery key that was shown last is written down. */
  noteRecoveryKey(): Promise<void>;
  /** Makes a new recovery key; the old one opens nothing any more. */
  changeRecoveryKey(): Promise<string>;
  /** Starts over when device and recovery key are lost: history that is not here is lost, contacts see a new identity. */
  reset(askPassword: AskPassword): Promise<string>;
  /** Whether everything that can be read here could be read after losing this device; asked before signing out. */
  nothingWouldBeLost(): Promise<boolean>;
  exportKeys(passphrase: string): Promise<Blob>;
  /** Answers with how many keys came in; fails with `wrong-passphrase` or `broken-file`. */
  importKeys(file: Blob, passphrase: string): Promise<number>;

  readonly devices: Live<readonly Device[]>;
  refreshDevices(): Promise<void>;
  renameDevice(deviceId: string, name: string): Promise<void>;
  signOutDevices(deviceIds: readonly string[], askPassword: AskPassword): Promise<void>;
  /** Whether messages are kept from devices that their owners have not confirmed. */
  readonly onlyConfirmedDevices: Live<boolean>;
  /** Kept with this device, as no server may change it. */
  setOnlyConfirmedDevices(only: boolean): void;

  /** What is known of somebody's identity; followed while it is looked at. */
  identity(userId: string): Live<IdentityState>;
  /** Goes on with an identity that changed, without confirming it. */
  acceptIdentity(userId: string): Promise<void>;
  /** People of an encrypted room whose identity changed, until it is accepted or confirmed. */
  changedIdentities(roomId: string): Live<readonly ChangedIdentity[]>;
}

export interface ChangedIdentity extends Profile {
  /** The old one had been confirmed: sending stops until this is looked at. */
  readonly wasConfirmed: boolean;
}

export type IdentityState =
  /** Not looked at yet, or the person has none. */
  "unknown" | "unconfirmed" | "confirmed" | "changed" | "changed-after-confirmation";

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
