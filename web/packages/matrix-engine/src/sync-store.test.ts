import "fake-indexeddb/auto";
import { IndexedDBStore } from "matrix-js-sdk";
import { expect, test, vi } from "vitest";

import { forgetPart, partOf, SyncStore } from "./sync-store.ts";

/** A busy machine takes its time. */
const WITHIN = { timeout: 4_000 };

function storage(): Storage {
  const kept: Record<string, string> = {};
  Object.defineProperties(kept, {
    getItem: { value: (key: string) => kept[key] ?? null },
    setItem: { value: (key: string, value: string) => Object.assign(kept, { [key]: value }) },
    removeItem: { value: (key: string) => Reflect.deleteProperty(kept, key) },
  });
  return kept as unknown as Storage;
}

test("accounts of one browser do not see what the others keep", () => {
  const whole = storage();
  const [anna, bert] = [partOf(whole, "@anna:x"), partOf(whole, "@bert:x")];
  anna.setItem("filter", "hers");
  bert.setItem("filter", "his");
  expect([anna.getItem("filter"), bert.getItem("filter")]).toEqual(["hers", "his"]);
  forgetPart(whole, "@anna:x");
  expect([anna.getItem("filter"), bert.getItem("filter")]).toEqual([null, "his"]);
});

test("a save that is asked for during another comes after it, with what came meanwhile", async () => {
  vi.stubGlobal("localStorage", storage());
  const ends: (() => void)[] = [];
  vi.spyOn(IndexedDBStore.prototype, "save").mockImplementation(
    () => new Promise((resolve) => ends.push(resolve)),
  );
  const said: string[] = [];
  let turn = 0;
  const store = new SyncStore("@anna:x", {
    told: () => undefined,
    save: async () => undefined,
    saving: () => {
      const own = ++turn;
      said.push(`${own} begins`);
      return () => said.push(`${own} is done`);
    },
  });
  const first = store.save(true);
  await vi.waitFor(() => expect(ends).toHaveLength(1), WITHIN);
  const others = [store.save(true), store.save(true)];
  expect(said).toEqual(["1 begins"]);
  ends[0]?.();
  await first;
  await vi.waitFor(() => expect(ends).toHaveLength(2), WITHIN);
  ends[1]?.();
  await Promise.all(others);
  expect(said).toEqual(["1 begins", "1 is done", "2 begins", "2 is done"]);
});
