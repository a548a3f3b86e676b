import { afterEach, expect, test, vi } from "vitest";

import { failureOf } from "./failures.ts";
import { matrixEngine } from "./index.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** As browsers do where people forbid pages to keep anything. */
const refused = (): never => {
  throw new DOMException("denied", "SecurityError");
};

test("a browser that refuses to keep anything is not waited for, and asked again", async () => {
  const open = vi.fn(refused);
  vi.stubGlobal("indexedDB", { open });
  const engine = matrixEngine({ deviceName: "test" });
  await expect(engine.accounts()).rejects.toMatchObject({ reason: "no-storage" });
  await expect(engine.accounts()).rejects.toMatchObject({ reason: "no-storage" });
  expect(open).toHaveBeenCalledTimes(2);
});

test("what else fails for want of storage says so, too", () => {
  expect(failureOf(new DOMException("denied", "SecurityError")).reason).toBe("no-storage");
});
