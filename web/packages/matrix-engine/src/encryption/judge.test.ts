import type { EncryptionState } from "@herold/engine";
import { expect, test } from "vitest";

import { type Backup, type Facts, judge } from "./judge.ts";

const BACKUP: Backup = { signed: true, keyHere: true, active: true };
const SAFE: Facts = {
  identity: true,
  confirmed: true,
  privateKeysHere: true,
  otherDevices: true,
  recovery: { usable: true, identity: true, backup: true, noted: true },
  backup: BACKUP,
  backupKeyHere: true,
  waiting: 3,
};
const NONE = { usable: false, identity: false, backup: false, noted: true };

const cases: [string, Partial<Facts>, EncryptionState][] = [
  ["everything is there", {}, { kind: "safe", backup: { waiting: 3 } }],
  [
    "a backup that nobody signed, opened by the own key, is the own",
    { backup: { ...BACKUP, signed: false } },
    { kind: "safe", backup: { waiting: 3 } },
  ],
  ["no identity", { identity: false, confirmed: false, recovery: NONE }, { kind: "new" }],
  ["a new device", { confirmed: false }, { kind: "unconfirmed", otherDevices: true, recoveryKey: true }],
  [
    "a new device, everything else lost",
    { confirmed: false, otherDevices: false, recovery: { ...NONE, usable: true } },
    { kind: "unconfirmed", otherDevices: false, recoveryKey: false },
  ],
  [
    "confirmed, but nothing was handed over",
    { privateKeysHere: false },
    { kind: "at-risk", problem: "secrets-missing-here", mend: "by-confirming-or-reset" },
  ],
  [
    "confirmed, and the backup is closed here",
    { backup: { ...BACKUP, keyHere: false } },
    { kind: "at-risk", problem: "secrets-missing-here", mend: "by-confirming" },
  ],
  [
    "the backup is closed for everybody",
    {
      backup: { ...BACKUP, keyHere: false },
      otherDevices: false,
      recovery: { usable: true, identity: true, backup: false, noted: true },
    },
    { kind: "at-risk", problem: "secrets-missing-here", mend: "alone" },
  ],
  [
    "somebody else's backup",
    {
      backup: { signed: false, keyHere: false, active: false },
      recovery: { usable: true, identity: true, backup: false, noted: true },
    },
    { kind: "at-risk", problem: "backup-foreign", mend: "alone" },
  ],
  [
    "a strange backup that the recovery key may open",
    { backup: { signed: false, keyHere: false, active: false } },
    { kind: "at-risk", problem: "backup-foreign", mend: "by-confirming" },
  ],
  ["no recovery key", { recovery: NONE }, { kind: "at-risk", problem: "no-recovery", mend: "alone" }],
  [
    "the backup is gone",
    { backup: undefined },
    { kind: "at-risk", problem: "backup-missing", mend: "alone" },
  ],
  [
    "the recovery key does not open the backup",
    { recovery: { usable: true, identity: true, backup: false, noted: true } },
    { kind: "at-risk", problem: "secrets-missing-in-recovery", mend: "alone" },
  ],
  [
    "the recovery key was never written down",
    { recovery: { usable: true, identity: true, backup: true, noted: false } },
    { kind: "at-risk", problem: "recovery-key-not-noted", mend: "alone" },
  ],
  [
    "nothing is written into the backup",
    { backup: { ...BACKUP, active: false } },
    { kind: "at-risk", problem: "backup-stopped", mend: "alone" },
  ],
];

test.each(cases)("%s", (_name, facts, expected) => {
  expect(judge({ ...SAFE, ...facts }, false)).toEqual(expected);
});

test("what is being handed over is not called missing", () => {
  expect(judge({ ...SAFE, privateKeysHere: false }, true)).toEqual({ kind: "settling" });
  expect(judge({ ...SAFE, backup: { ...BACKUP, keyHere: false } }, true)).toEqual({ kind: "settling" });
  expect(judge({ ...SAFE, backup: undefined }, true).kind).toBe("at-risk");
});
