// A person and their account, from the first sign-in to the day when something is missing.
import { type Encryption, type EncryptionState, Failure, signal, type Verifications } from "@herold/engine";
import { expect, test, vi } from "vitest";

import { bannerOf, CareModel } from "./care.model.ts";

function account(first: EncryptionState) {
  const state = signal<EncryptionState>(first);
  const encryption = {
    state,
    setUp: vi.fn(async () => "EsTA 1111"),
    recover: vi.fn(async (_typed: string) => {}),
    repair: vi.fn(async (): Promise<string | undefined> => undefined),
    reset: vi.fn(async () => "EsTB 2222"),
    noteRecoveryKey: vi.fn(async () => {}),
  };
  const verifications = { ownDevices: vi.fn() };
  const session = {
    encryption: encryption as unknown as Encryption,
    verifications: verifications as unknown as Verifications,
  };
  return { state, encryption, care: new CareModel(session) };
}

const UNCONFIRMED: EncryptionState = { kind: "unconfirmed", otherDevices: true, recoveryKey: true };
const SAFE: EncryptionState = { kind: "safe", backup: { waiting: 0 } };

function confirming(care: CareModel) {
  const task = care.task.value;
  if (task.kind !== "confirm") throw new Error(`confirming, not ${task.kind}`);
  return task.confirm;
}

function making(care: CareModel) {
  const task = care.task.value;
  if (task.kind !== "set-up" && task.kind !== "repair") throw new Error(`making a key, not ${task.kind}`);
  return task.newKey;
}

test("a new account is set up by itself, and its key has to be acknowledged", async () => {
  const { encryption, care } = account({ kind: "new" });
  const stop = care.start();
  await vi.waitFor(() => expect(making(care).step.value).toEqual({ kind: "key", words: "EsTA 1111" }));
  expect(encryption.noteRecoveryKey).not.toHaveBeenCalled();
  making(care).noted();
  expect(making(care).step.value.kind).toBe("done");
  expect(encryption.noteRecoveryKey).toHaveBeenCalledOnce();
  stop();
});

test("whoever has just said that they keep their key is not asked for it, unless that was not remembered", async () => {
  const { state, encryption, care } = account({ kind: "new" });
  const stop = care.start();
  await vi.waitFor(() => expect(making(care).step.value.kind).toBe("key"));
  state.value = { kind: "at-risk", problem: "recovery-key-not-noted", mend: "alone" };
  let fail = (_error: Error): void => {};
  encryption.noteRecoveryKey.mockImplementationOnce(
    () =>
      new Promise((_, reject) => {
        fail = reject;
      }),
  );
  making(care).noted();
  care.close();
  expect(care.banner.value).toBeUndefined();
  fail(new Failure("unreachable"));
  await vi.waitFor(() => expect(care.banner.value?.text).toBe("encryption.problem-recovery-key-not-noted"));
  stop();
});

test("whoever gives up the set-up may take it up again, and confirms when another device was quicker", async () => {
  const { state, encryption, care } = account({ kind: "new" });
  encryption.setUp.mockRejectedValue(new Failure("cancelled"));
  const stop = care.start();
  await vi.waitFor(() => expect(making(care).step.value.kind).toBe("ready"));
  state.value = UNCONFIRMED;
  expect(confirming(care).step.value).toEqual({ kind: "choose", otherDevices: true, recoveryKey: true });
  stop();
});

test("a new device is offered to be confirmed once, and the banner goes on saying so", () => {
  const { state, care } = account(UNCONFIRMED);
  const stop = care.start();
  expect(care.banner.value).toBeUndefined();
  care.close();
  expect(care.banner.value?.action).toBe("encryption.confirm-device");
  state.value = { ...UNCONFIRMED, recoveryKey: false };
  expect(care.task.value.kind).toBe("none");
  stop();
});

test("a wrong recovery key is told and may be tried again", async () => {
  const { state, encryption, care } = account(UNCONFIRMED);
  const stop = care.start();
  const confirm = confirming(care);
  confirm.go("recovery-key");
  encryption.recover.mockRejectedValueOnce(new Failure("wrong-recovery-key"));
  await confirm.recover("nothing");
  expect(confirm.failure.value).toBe("wrong-recovery-key");
  encryption.recover.mockImplementationOnce(async () => {
    state.value = SAFE;
  });
  await confirm.recover("EsTA 1111");
  expect(confirm.failure.value).toBeUndefined();
  expect(confirm.step.value).toEqual({ kind: "done", startedOver: false });
  stop();
});

test("starting over does not promise the old messages", async () => {
  const { state, encryption, care } = account(UNCONFIRMED);
  const stop = care.start();
  const confirm = confirming(care);
  confirm.lost();
  const step = confirm.step.value;
  if (step.kind !== "lost") throw new Error(step.kind);
  expect(step.keepsIdentity).toBe(false);
  await step.newKey.start();
  state.value = SAFE;
  expect(encryption.reset).toHaveBeenCalledOnce();
  expect(confirm.step.value.kind).toBe("lost");
  step.newKey.noted();
  expect(confirm.step.value).toEqual({ kind: "done", startedOver: true });
  stop();
});

test("who is confirmed and has lost the rest keeps their identity", () => {
  const { care } = account({ kind: "at-risk", problem: "secrets-missing-here", mend: "by-confirming" });
  care.act();
  confirming(care).lost();
  expect(confirming(care).step.value).toMatchObject({ kind: "lost", keepsIdentity: true });
});

test("what this device can mend alone is mended in one step", async () => {
  const state: EncryptionState = { kind: "at-risk", problem: "backup-missing", mend: "alone" };
  const { encryption, care } = account(state);
  expect(bannerOf(state)).toEqual({
    text: "encryption.problem-backup-missing",
    action: "encryption.repair",
  });
  care.act();
  await making(care).start();
  expect(encryption.repair).toHaveBeenCalledOnce();
  expect(making(care).step.value.kind).toBe("done");
});
