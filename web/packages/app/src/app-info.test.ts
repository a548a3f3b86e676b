import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { type AppInfo, appInfo } from "./app-info.ts";
import { keptInMemory } from "./models/kept.ts";

const INFO = { homeserver: "https://example.org", name: "Bote", version: "1", links: {} } as AppInfo;
const never = new Promise<AppInfo>(() => undefined);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("what the server says stands, however it was before", async () => {
  const kept = keptInMemory();
  expect(await appInfo(kept, Promise.resolve(INFO))).toEqual(INFO);
  expect(await appInfo(kept, Promise.resolve({ ...INFO, name: "Kurier" }))).toMatchObject({ name: "Kurier" });
  expect(await appInfo(kept, Promise.resolve(undefined))).toBeUndefined();
  expect(await appInfo(kept, Promise.resolve("unknown"))).toBeUndefined();
});

test("without an answer, or while it takes long, what was said the last time stands", async () => {
  const kept = keptInMemory();
  await appInfo(kept, Promise.resolve(INFO));
  expect(await appInfo(kept, Promise.resolve("unknown"))).toEqual(INFO);
  const late = appInfo(kept, never);
  await vi.runAllTimersAsync();
  expect(await late).toEqual(INFO);
});
