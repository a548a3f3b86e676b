import { type EncryptionState, Failure, type Session, signal } from "@herold/engine";
import { expect, test, vi } from "vitest";

import { SignOutModel } from "./sign-out.model.ts";

function leaving(state: EncryptionState, safe: () => Promise<boolean>) {
  const signOut = vi.fn(async () => {});
  const encryption = { state: signal(state), nothingWouldBeLost: vi.fn(safe) };
  return { signOut, model: new SignOutModel({ encryption, signOut } as unknown as Session) };
}

const SAFE: EncryptionState = { kind: "safe", backup: { waiting: 3 } };

test("whoever would lose nothing is told so, and signed out when they want it", async () => {
  const { model, signOut } = leaving(SAFE, async () => true);
  await model.check();
  expect(model.step.value).toEqual({ kind: "safe" });
  expect(signOut).not.toHaveBeenCalled();
  expect(await model.signOut()).toBe(true);
});

test("what can be mended is named", async () => {
  const risk: EncryptionState = { kind: "at-risk", problem: "no-recovery", mend: "alone" };
  const { model } = leaving(risk, async () => false);
  await model.check();
  expect(model.step.value).toEqual({ kind: "at-risk", mend: "encryption.repair" });
});

test("keys that are still on their way need only time", async () => {
  const { model } = leaving(SAFE, async () => false);
  await model.check();
  expect(model.step.value).toEqual({ kind: "at-risk", mend: undefined });
});

test("what cannot be found out is not called safe", async () => {
  const { model, signOut } = leaving(SAFE, async () => {
    throw new Failure("unreachable");
  });
  await model.check();
  expect(model.step.value).toEqual({ kind: "unknown" });
  signOut.mockRejectedValue(new Failure("unreachable"));
  expect(await model.signOut()).toBe(false);
  expect(model.failure.value).toBe("unreachable");
});
