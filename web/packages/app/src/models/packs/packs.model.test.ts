import { Failure, type ImagePack, type ImagePacks, type PackPlace, signal } from "@herold/engine";
import { expect, test } from "vitest";

import { fakeRoom, fakeSession } from "../testing.ts";
import { PacksModel } from "./packs.model.ts";

const pack = (key: string, everywhere = false): ImagePack => ({
  roomId: "!room:example.org",
  key,
  name: key,
  ownName: key,
  attribution: undefined,
  uses: { emoticons: true, stickers: true },
  images: [],
  everywhere,
});

/** What is turned waits until it is let through. */
function fakePacks(...packs: ImagePack[]) {
  const known = signal<readonly ImagePack[]>(packs);
  const turns: { on: boolean; done: (failure?: Failure) => void }[] = [];
  const removed: PackPlace[] = [];
  const fake: Partial<ImagePacks> = {
    of: () => known,
    setEverywhere: ({ key }, on) =>
      new Promise((resolve, reject) => {
        const done = (failure?: Failure): void => {
          if (failure) reject(failure);
          else {
            known.value = known.peek().map((one) => (one.key === key ? { ...one, everywhere: on } : one));
            resolve();
          }
        };
        turns.push({ on, done });
      }),
    remove: async (place) => {
      removed.push(place);
      known.value = known.peek().filter(({ key }) => key !== place.key);
    },
  };
  return { packs: fake as ImagePacks, turns, removed };
}

async function shown(packs: ImagePacks, mayChange = true): Promise<PacksModel> {
  const { room } = fakeRoom({ rights: { setImagePacks: mayChange } });
  const model = new PacksModel(fakeSession({ imagePacks: async () => packs }), room);
  expect(model.all.peek()).toBeUndefined();
  expect(model.editor(undefined)).toBeUndefined();
  await model.load();
  expect(model.mayChange.peek()).toBe(mayChange);
  return model;
}

const everywhere = (model: PacksModel) => model.all.peek()?.map((one) => one.everywhere);

test("what is turned is seen at once, and stays", async () => {
  const { packs, turns } = fakePacks(pack("a"), pack("b", true));
  const model = await shown(packs);
  const turned = model.setEverywhere(pack("a"), true);
  expect(everywhere(model)).toEqual([true, true]);
  turns[0]?.done();
  await turned;
  expect(everywhere(model)).toEqual([true, true]);
});

test("what could not be turned is as it was, and it is told why", async () => {
  const { packs, turns } = fakePacks(pack("a"));
  const model = await shown(packs);
  const turned = model.setEverywhere(pack("a"), true);
  turns[0]?.done(new Failure("unreachable"));
  await turned;
  expect(everywhere(model)).toEqual([false]);
  expect(model.failure.peek()).toBe("unreachable");
});

test("turned back before it was done, it is shown as it was turned last", async () => {
  const { packs, turns } = fakePacks(pack("a"));
  const model = await shown(packs);
  const [first, second] = [model.setEverywhere(pack("a"), true), model.setEverywhere(pack("a"), false)];
  turns[0]?.done();
  await first;
  expect(everywhere(model)).toEqual([false]);
  turns[1]?.done();
  await second;
  expect(everywhere(model)).toEqual([false]);
});

test("a pack is deleted, and it is told", async () => {
  const { packs, removed } = fakePacks(pack("a"), pack("b"));
  const model = await shown(packs);
  expect(await model.remove(pack("a"))).toBe(true);
  expect(removed).toEqual([{ roomId: "!room:example.org", key: "a" }]);
  expect(model.all.peek()?.map(({ key }) => key)).toEqual(["b"]);
  expect(model.news.peek()).toEqual({ what: "removed", name: "a" });
});

test("why it is not there is told", async () => {
  const { room } = fakeRoom();
  const session = fakeSession({
    imagePacks: async () => {
      throw new Failure("unreachable");
    },
  });
  const model = new PacksModel(session, room);
  await model.load();
  expect(model.failure.peek()).toBe("unreachable");
});
