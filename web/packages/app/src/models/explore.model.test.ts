import type { RoomPreview, Session } from "@herold/engine";
import { expect, test } from "vitest";

import { ExploreModel } from "./explore.model.ts";

const settled = () => new Promise((resolve) => setImmediate(resolve));

function modelOver(count: number, asked: string[] = []): ExploreModel {
  const all = Array.from({ length: count }, (_, place) => ({ roomId: `!${place}` }) as RoomPreview);
  const find = async ({ words, after = "0" }: { words: string; after?: string }) => {
    asked.push(`${words} ${after}`);
    const from = Number(after);
    return { found: all.slice(from, from + 2), next: from + 2 < count ? String(from + 2) : undefined };
  };
  return new ExploreModel({ rooms: { find } } as unknown as Session);
}

test("pages follow each other until the end", async () => {
  const model = modelOver(5);
  model.search("");
  await settled();
  expect([model.rooms.value.length, model.hasMore.value]).toEqual([2, true]);
  await model.loadMore();
  await model.loadMore();
  await model.loadMore();
  expect(model.rooms.value.map(({ roomId }) => roomId)).toEqual(["!0", "!1", "!2", "!3", "!4"]);
  expect(model.hasMore.value).toBe(false);
});

test("other words begin again at the first page", async () => {
  const asked: string[] = [];
  const model = modelOver(5, asked);
  model.search("a");
  await settled();
  await model.loadMore();
  model.search("b");
  await settled();
  expect(asked).toEqual(["a 0", "a 2", "b 0"]);
  expect(model.rooms.value.length).toBe(2);
});

test("an address is not searched for", async () => {
  const asked: string[] = [];
  const model = modelOver(1, asked);
  model.search("#lage:example.org");
  await settled();
  expect(model.address.value?.room).toBe("#lage:example.org");
  expect(asked).toEqual([]);
});
