// From what was found out to what is said: pure, so that every case can be looked at in a table.
import type { EncryptionState } from "@herold/engine";

export interface Facts {
  /** The server has an identity (cross-signing keys) for this account. */
  readonly identity: boolean;
  /** This device is signed by that identity, and that identity was checked here. */
  readonly confirmed: boolean;
  /** All three private keys of the identity are on this device. */
  readonly privateKeysHere: boolean;
  /** Another device of the account is confirmed, and can confirm this one. */
  readonly otherDevices: boolean;
  /** What the recovery key locks. */
  readonly recovery: {
    /** There is one key that everything is locked with, of a kind known here. */
    readonly usable: boolean;
    /** The private keys of the identity are locked with it. */
    readonly identity: boolean;
    /** What opens the backup is locked with it, and was not seen to open another one. */
    readonly backup: boolean;
    /** The person has said that they have it; taken for granted where another app made it. */
    readonly noted: boolean;
  };
  readonly backup: Backup | undefined;
  /** A private key of a backup is on this device, though perhaps not of the one the server has now. */
  readonly backupKeyHere: boolean;
  readonly waiting: number;
}

export interface Backup {
  /** Signed by the person's own identity or by this device. */
  readonly signed: boolean;
  /** What opens it is on this device. */
  readonly keyHere: boolean;
  /** This device writes into it. */
  readonly active: boolean;
}

/** `settling`: this device was confirmed a moment ago, and the other one may still be handing things over. */
export function judge(facts: Facts, settling: boolean): EncryptionState {
  const { recovery, backup } = facts;
  if (!facts.identity) return { kind: "new" };
  if (!facts.confirmed) {
    return {
      kind: "unconfirmed",
      otherDevices: facts.otherDevices,
      recoveryKey: recovery.usable && recovery.identity,
    };
  }
  const missingHere = !facts.privateKeysHere || (backup?.signed === true && !backup.keyHere);
  if (missingHere && settling) return { kind: "settling" };
  if (!facts.privateKeysHere) {
    return { kind: "at-risk", problem: "secrets-missing-here", mend: "by-confirming-or-reset" };
  }
  if (backup && !backup.keyHere) {
    // What opens it may be locked with the recovery key, or be on another device. Asking costs nothing; replacing a
    // backup costs everything that only lies in it.
    const elsewhere = recovery.backup || (backup.signed && facts.otherDevices);
    return {
      kind: "at-risk",
      problem: backup.signed ? "secrets-missing-here" : "backup-foreign",
      mend: elsewhere ? "by-confirming" : "alone",
    };
  }
  if (!recovery.usable) return { kind: "at-risk", problem: "no-recovery", mend: "alone" };
  if (!backup) return { kind: "at-risk", problem: "backup-missing", mend: "alone" };
  if (!recovery.identity || !recovery.backup) {
    return { kind: "at-risk", problem: "secrets-missing-in-recovery", mend: "alone" };
  }
  if (!backup.active) return { kind: "at-risk", problem: "backup-stopped", mend: "alone" };
  if (!recovery.noted) return { kind: "at-risk", problem: "recovery-key-not-noted", mend: "alone" };
  return { kind: "safe", backup: { waiting: facts.waiting } };
}
