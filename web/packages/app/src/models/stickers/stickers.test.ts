import { Failure, type ImagePack, type ImagePacks, signal } from "@herold/engine";
import { expect, test } from "vitest";

import { keptInMemory } from "../kept.ts";
import { fakeSession } from "../testing.ts";
import { OfferedModel } from "./offered.model.ts";
import { StickersModel } from "./stickers.model.ts";
import { imagePack } from "./testing.ts";

const CATS = imagePack("cats", { cat_sleeps: "A cat asleep", cat_jumps: "A cat that jumps" });
const DOGS = imagePack("dogs", { dog: "A dog", hot_dog: "A sausage" });

/** What is offered in a room, told by an engine that does as it is told. */
async function offering(...packs: ImagePack[]) {
  const offered = signal<readonly ImagePack[]>(packs);
  const asked: string[] = [];
  const all: Partial<ImagePacks> = {
    offeredIn: (roomId) => {
      asked.push(roomId);
      return offered;
    },
    setEverywhere: async ({ key }, everywhere) => {
      asked.push(`${key} ${everywhere}`);
      offered.value = everywhere
        ? [...offered.peek()].map((pack) => (pack.key === key ? { ...pack, everywhere } : pack)).reverse()
        : offered.peek().filter((pack) => pack.key !== key);
    },
  };
  const model = new OfferedModel(fakeSession({ imagePacks: async () => all }), "!here:example.org");
  await model.load();
  return { model, offered, asked };
}

const shown = (model: StickersModel): Record<string, string[]> =>
  Object.fromEntries(
    model.groups.value.map(({ id, pack, offers }) => [
      pack?.name ?? id,
      offers.map(({ image }) => image.shortcode),
    ]),
  );

test("what is sent is the first of the recent ones the next time, where it is offered", async () => {
  const kept = keptInMemory();
  const { model: offered, offered: packs } = await offering(CATS, DOGS);
  const model = new StickersModel(offered, kept);
  expect(shown(model)).toEqual({ cats: ["cat_sleeps", "cat_jumps"], dogs: ["dog", "hot_dog"] });
  const [cats, dogs] = model.groups.value;
  if (!cats?.offers[1] || !dogs?.offers[0]) throw new Error("no stickers");
  model.take(cats.offers[1]);
  new StickersModel(offered, kept).take(dogs.offers[0]);
  expect(shown(new StickersModel(offered, kept)).recent).toEqual(["dog", "cat_jumps"]);
  packs.value = [CATS];
  expect(shown(new StickersModel(offered, kept)).recent).toEqual(["cat_jumps"]);
});

test("twenty are remembered, each once", async () => {
  const many = imagePack(
    "many",
    Object.fromEntries(Array.from({ length: 25 }, (_, at) => [`s${at}`, `${at}`])),
  );
  const { model: offered } = await offering(many);
  const kept = keptInMemory();
  for (const at of [...many.images.keys(), 24]) {
    const model = new StickersModel(offered, kept);
    const offer = model.groups.value.at(-1)?.offers[at];
    if (offer) model.take(offer);
  }
  const { recent } = shown(new StickersModel(offered, kept));
  expect(recent).toHaveLength(20);
  expect(recent?.slice(0, 2)).toEqual(["s24", "s23"]);
});

test.each([
  ["JUMPS", ["cat_jumps"]],
  ["cat sleeps", ["cat_sleeps"]],
  ["sausage", ["hot_dog"]],
  ["dog", ["dog", "hot_dog"]],
  // All of a pack, by its name.
  ["cats", ["cat_sleeps", "cat_jumps"]],
  ["bird", undefined],
])("%s finds %j", async (words, found) => {
  const { model: offered } = await offering(CATS, DOGS);
  const model = new StickersModel(offered, keptInMemory());
  model.search(words);
  expect(shown(model).found).toEqual(found);
  model.search(" ");
  expect(Object.keys(shown(model))).toEqual(["cats", "dogs"]);
});

test("packs for words alone are none of stickers", async () => {
  const emoticons = imagePack("words", { smile: "A smile" }, { emoticons: true, stickers: false });
  const { model: offered, offered: packs, asked } = await offering(emoticons);
  const model = new StickersModel(offered, keptInMemory());
  expect(model.empty.value).toBe(true);
  expect(asked).toEqual(["!here:example.org"]);
  packs.value = [emoticons, CATS];
  expect(model.empty.value).toBe(false);
  expect(Object.keys(shown(model))).toEqual(["cats"]);
});

test("what is wanted everywhere or no more stays in its place as long as one chooses", async () => {
  const { model: offered, asked } = await offering(CATS, DOGS);
  const model = new StickersModel(offered, keptInMemory());
  const everywhere = (): unknown => model.groups.value.map(({ pack }) => [pack?.name, pack?.everywhere]);
  expect(everywhere()).toEqual([
    ["cats", false],
    ["dogs", false],
  ]);
  await offered.setEverywhere(DOGS, true);
  expect(everywhere()).toEqual([
    ["cats", false],
    ["dogs", true],
  ]);
  // It is of another room, and would be gone from here.
  await offered.setEverywhere(DOGS, false);
  expect(asked).toEqual(expect.arrayContaining(["dogs true", "dogs false"]));
  expect(everywhere()).toEqual([
    ["cats", false],
    ["dogs", false],
  ]);
});

test("what could not be loaded says why, and can be asked for again", async () => {
  let online = false;
  const imagePacks = async (): Promise<Partial<ImagePacks>> => {
    if (!online) throw new Failure("unreachable");
    return { offeredIn: () => signal([CATS]) };
  };
  const offered = new OfferedModel(fakeSession({ imagePacks }), "!here:example.org");
  expect(offered.state.value).toEqual({ kind: "loading" });
  expect(offered.packs.value).toEqual([]);
  await offered.load();
  expect(offered.state.value).toEqual({ kind: "failed", reason: "unreachable" });
  online = true;
  const again = offered.load();
  expect(offered.state.value).toEqual({ kind: "loading" });
  await again;
  expect(offered.state.value).toEqual({ kind: "ready" });
  expect(offered.packs.value).toEqual([CATS]);
});

test("that it could not be changed is told", async () => {
  const setEverywhere = async (): Promise<void> => {
    throw new Failure("unreachable");
  };
  const imagePacks = async (): Promise<Partial<ImagePacks>> => ({
    offeredIn: () => signal([CATS]),
    setEverywhere,
  });
  const offered = new OfferedModel(fakeSession({ imagePacks }), "!here:example.org");
  await offered.load();
  const turning = offered.setEverywhere(CATS, true);
  expect(offered.packs.value[0]?.everywhere).toBe(true);
  await turning;
  expect(offered.notChanged.value).toBe("unreachable");
  expect(offered.packs.value[0]?.everywhere).toBe(false);
});

test("what is turned while another is on its way is turned as well", async () => {
  const asked: string[] = [];
  const answers: (() => void)[] = [];
  const imagePacks = async (): Promise<Partial<ImagePacks>> => ({
    offeredIn: () => signal([CATS, DOGS]),
    setEverywhere: ({ key }) => {
      asked.push(key);
      return new Promise<void>((resolve) => answers.push(resolve));
    },
  });
  const offered = new OfferedModel(fakeSession({ imagePacks }), "!here:example.org");
  await offered.load();
  const turning = [offered.setEverywhere(CATS, true), offered.setEverywhere(DOGS, true)];
  expect(asked).toEqual(["cats", "dogs"]);
  // It is seen before the server said so, which may take long.
  expect(offered.packs.value.map((pack) => pack.everywhere)).toEqual([true, true]);
  for (const answer of answers) answer();
  await Promise.all(turning);
});
