import {
  Failure,
  type ImagePack,
  type ImagePacks,
  type NewPicture,
  type PackDraft,
  type PackImage,
  type PackPlace,
  type PackSaving,
  signal,
} from "@herold/engine";
import { expect, test } from "vitest";

import { fakeRoom } from "../testing.ts";
import { PackEditorModel, PICTURES_MAX } from "./pack-editor.model.ts";

const PLACE: PackPlace = { roomId: "!room:example.org", key: "new" };

function fakePacks() {
  const saved: { place: PackPlace; draft: PackDraft }[] = [];
  const everywhere: PackPlace[] = [];
  const fails: Failure[] = [];
  const there = signal<readonly ImagePack[]>([]);
  const packs: Partial<ImagePacks> = {
    newPlace: () => PLACE,
    of: () => there,
    prepare: async (file) => {
      if (!file.type.startsWith("image/")) throw new Failure("broken-file");
      return { file, animated: false, info: {} };
    },
    save: async (place, draft) => {
      saved.push({ place, draft: draft() });
      const failure = fails.shift();
      if (failure) throw failure;
    },
    setEverywhere: async (place, on) => {
      if (on) everywhere.push(place);
    },
  };
  return { packs: packs as ImagePacks, saved, everywhere, fails, there };
}

const picture = (name: string, bytes = 1) => ({
  name,
  file: new Blob(["x".repeat(bytes)], { type: "image/png" }),
});

function image(shortcode: string, description = shortcode): PackImage {
  const source = { address: `mxc://example.org/${shortcode.length}`, mimeType: "image/png" };
  return { shortcode, description, picture: { source }, info: {} } as PackImage;
}

function known(...images: PackImage[]): ImagePack {
  const uses = { emoticons: true, stickers: false };
  const names = { name: "Lage", ownName: undefined, attribution: "Anna" };
  return { roomId: PLACE.roomId, key: "old", ...names, uses, images, everywhere: false };
}

function edit(fake = fakePacks(), { pack, limit }: { pack?: ImagePack; limit?: number } = {}) {
  const { room } = fakeRoom();
  const summary = signal({ name: "Lage" });
  return new PackEditorModel(
    fake.packs,
    { uploadLimit: async () => limit },
    { room: { ...room, summary } as unknown as typeof room, pack },
  );
}

const shortcodes = (model: PackEditorModel) => model.rows.peek().map(({ shortcode }) => shortcode);

test("files become pictures with short names of their own", async () => {
  const model = edit();
  expect(model.complete.peek()).toBe(false);
  const adding = model.add([picture("Ä Ö.PNG"), picture("ae_oe.png"), picture("###")]);
  expect(model.waiting.peek()).toBe(3);
  expect(model.complete.peek()).toBe(false);
  await adding;
  expect(shortcodes(model)).toEqual(["ae_oe", "ae_oe_2", "1"]);
  expect(model.complete.peek()).toBe(true);
});

test("what is no picture is named and left out, the others stay", async () => {
  const model = edit();
  await model.add([
    picture("eins.png"),
    { name: "Brief.pdf", file: new Blob(["x"], { type: "application/pdf" }) },
    picture("zwei.png"),
  ]);
  expect(shortcodes(model)).toEqual(["eins", "zwei"]);
  expect(model.refused.peek()).toEqual([{ name: "Brief.pdf", why: "no-picture" }]);
  await model.add([picture("drei.png")]);
  expect(model.refused.peek()).toEqual([]);
});

test("what is larger than the server takes is left out, by the size it will have", async () => {
  const fake = fakePacks();
  const small = new Blob(["x"], { type: "image/webp" });
  fake.packs.prepare = async (file) => ({
    file: file.size > 1000 ? small : file,
    animated: false,
    info: {},
  });
  const model = edit(fake, { limit: 10 });
  await model.add([picture("fits.png", 10), picture("moves.gif", 11), picture("photo.jpg", 5000)]);
  expect(shortcodes(model)).toEqual(["fits", "photo"]);
  expect(model.refused.peek()).toEqual([{ name: "moves.gif", why: "too-large" }]);
  expect(model.limit.peek()).toBe(10);
});

test("a pack holds so many pictures, also where files come twice at once", async () => {
  const model = edit();
  const files = Array.from({ length: PICTURES_MAX - 1 }, (_, index) => picture(`${index}.png`));
  await model.add(files);
  await Promise.all([model.add([picture("a.png")]), model.add([picture("b.png")])]);
  expect(model.rows.peek()).toHaveLength(PICTURES_MAX);
  expect(model.refused.peek()).toHaveLength(1);
  expect(model.refused.peek()[0]?.why).toBe("too-many");
  // Nothing of what comes then is looked at.
  await model.add([{ name: "Brief.pdf", file: new Blob(["x"], { type: "application/pdf" }) }]);
  expect(model.refused.peek()).toEqual([{ name: "Brief.pdf", why: "too-many" }]);
});

test("short names are told to be wrong, or another picture's, where they stand", async () => {
  const model = edit(fakePacks(), { pack: known(image("katze"), image("zwei Worte"), image("hund")) });
  const [cat, words, dog] = model.rows.peek().map(({ id }) => id);
  if (cat === undefined || words === undefined || dog === undefined) throw new Error("there are three");
  expect(model.problems.peek()).toEqual(new Map([[words, "invalid"]]));
  expect(model.complete.peek()).toBe(false);
  expect(await model.save()).toBe(false);
  model.change(words, { shortcode: "zwei_worte" });
  model.change(dog, { shortcode: "katze" });
  expect(model.problems.peek()).toEqual(new Map([[dog, "taken"]]));
  model.change(dog, { shortcode: "" });
  expect(model.problems.peek()).toEqual(new Map([[dog, "invalid"]]));
  model.change(dog, { shortcode: "Katze" });
  expect(model.complete.peek()).toBe(true);
});

test("a pack is written as it was but for what was changed", async () => {
  const fake = fakePacks();
  const [cat, dog] = [image("katze", "Eine Katze winkt"), image("hund")];
  const model = edit(fake, { pack: { ...known(cat, dog), everywhere: true } });
  expect(model.changed.peek()).toBe(false);
  expect(model.about.peek().name).toBe("");
  expect(model.shownName()).toBe("Lage");
  const [, second] = model.rows.peek();
  expect(second?.description).toBe("");
  model.change(second?.id ?? -1, { shortcode: "welpe", description: "  Ein Welpe " });
  expect(model.changed.peek()).toBe(true);
  expect(await model.save()).toBe(true);
  expect(fake.saved).toEqual([
    {
      place: { roomId: PLACE.roomId, key: "old" },
      draft: {
        name: "",
        attribution: "Anna",
        uses: { emoticons: true, stickers: false },
        images: [
          { image: cat, shortcode: "katze", description: "Eine Katze winkt" },
          { image: dog, shortcode: "welpe", description: "Ein Welpe" },
        ],
      },
    },
  ]);
  // Whether it is wanted everywhere is said elsewhere, and may be another by now.
  expect(fake.everywhere).toEqual([]);
});

test("one use stays", () => {
  const model = edit();
  model.setUse("emoticons", false);
  model.setUse("stickers", false);
  expect(model.about.peek().uses).toEqual({ emoticons: false, stickers: true });
});

test("what did not work keeps everything, and the same pictures are written to the same place again", async () => {
  const fake = fakePacks();
  fake.fails.push(new Failure("unreachable"), new Failure("pack-full"));
  const model = edit(fake);
  model.say({ name: "Tiere", attribution: "Bert" });
  await model.add([picture("katze.png"), picture("hund.png")]);
  const before = { about: model.about.peek(), rows: model.rows.peek() };
  for (const reason of ["unreachable", "pack-full"]) {
    expect(await model.save()).toBe(false);
    expect(model.attempt.failure.peek()).toBe(reason);
    expect({ about: model.about.peek(), rows: model.rows.peek() }).toEqual(before);
    expect(fake.everywhere).toEqual([]);
  }
  expect(await model.save()).toBe(true);
  const [first, , third] = fake.saved;
  expect(third?.place).toEqual(first?.place);
  // The engine knows by them what it has uploaded already.
  for (const [index, { image: again }] of (third?.draft.images ?? []).entries())
    expect(again as NewPicture).toBe(first?.draft.images[index]?.image);
  expect(fake.everywhere).toEqual([PLACE]);
});

test("it tells how many are up, writes once at a time, and can be stopped", async () => {
  const fake = fakePacks();
  let saving: PackSaving | undefined;
  let writes = 0;
  fake.packs.save = (_place, _draft, given) =>
    new Promise((_, reject) => {
      writes += 1;
      saving = given;
      given.signal.addEventListener("abort", () => reject(new Failure("cancelled")));
    });
  const model = edit(fake);
  await model.add([picture("katze.png")]);
  const outcome = model.save();
  expect(await model.save()).toBe(false);
  expect(writes).toBe(1);
  saving?.progress(3, 20);
  expect(model.progress.peek()).toEqual({ done: 3, count: 20 });
  model.stop();
  expect(await outcome).toBe(false);
  expect(model.progress.peek()).toBeUndefined();
  expect(model.attempt.failure.peek()).toBeUndefined();
  expect(shortcodes(model)).toEqual(["katze"]);
});

test("a new pack is wanted everywhere only where its maker left it so", async () => {
  const fake = fakePacks();
  const model = edit(fake);
  expect(model.about.peek().everywhere).toBe(true);
  model.say({ everywhere: false });
  await model.add([picture("katze.png")]);
  await model.save();
  expect(fake.everywhere).toEqual([]);
});

test("what others changed meanwhile stays, and what they took out is out", async () => {
  const fake = fakePacks();
  const [cat, dog, mouse, bee] = [image("cat"), image("doggy"), image("mouses"), image("bumblebee")];
  const began = known(cat, dog, mouse);
  const model = edit(fake, { pack: began });
  await model.add([picture("bird.png"), picture("wasp.png")]);
  const [first] = model.rows.peek();
  model.change(first?.id ?? -1, { description: "A cat" });
  model.say({ name: "Animals" });
  const theirs = [{ ...cat, shortcode: "tom" }, { ...mouse, description: "A mouse" }, bee, image("wasp")];
  const uses = { emoticons: true, stickers: true };
  fake.there.value = [{ ...began, ownName: "Beasts", attribution: "Bert", uses, images: theirs }];
  expect(await model.save()).toBe(true);
  const draft = fake.saved[0]?.draft;
  expect(draft).toMatchObject({ name: "Animals", attribution: "Bert", uses });
  expect(draft?.images.map(({ shortcode, description }) => [shortcode, description])).toEqual([
    ["tom", "A cat"],
    ["mouses", "A mouse"],
    ["bird", ""],
    ["wasp", ""],
    ["bumblebee", ""],
  ]);
  expect(draft?.images[3] && "file" in draft.images[3].image).toBe(true);
});

test("what others changed while pictures went up stays as well", async () => {
  const fake = fakePacks();
  const [cat, dog] = [image("cat"), image("doggy")];
  const model = edit(fake, { pack: known(cat) });
  await model.add([picture("bird.png")]);
  const drafts: PackDraft[] = [];
  fake.packs.save = async (_place, draft) => {
    drafts.push(draft());
    fake.there.value = [known(cat, dog)];
    drafts.push(draft());
  };
  fake.there.value = [known(cat)];
  await model.save();
  const names = drafts.map(({ images }) => images.map(({ shortcode }) => shortcode));
  expect(names).toEqual([
    ["cat", "bird"],
    ["cat", "bird", "doggy"],
  ]);
});

test("names that came to be the same are told apart, and none is lost", async () => {
  const fake = fakePacks();
  const [cat, dog, bird] = [image("cat"), image("doggy"), image("_bird_")];
  const model = edit(fake, { pack: known(cat, dog, bird) });
  model.change(model.rows.peek()[0]?.id ?? -1, { shortcode: "pet" });
  fake.there.value = [known(cat, { ...dog, shortcode: "pet" }, bird)];
  await model.save();
  expect(fake.saved[0]?.draft.images.map(({ shortcode }) => shortcode)).toEqual(["pet", "pet_2", "_bird_"]);
});

test("a server that does not answer keeps nobody", async () => {
  const fake = fakePacks();
  const answers: (() => void)[] = [];
  let saving: PackSaving | undefined;
  fake.packs.save = (_place, _draft, given) => {
    saving = given;
    return new Promise((resolve) => answers.push(resolve));
  };
  const model = edit(fake);
  await model.add([picture("katze.png")]);
  const outcome = model.save();
  model.stop();
  expect(await outcome).toBe(false);
  expect([model.attempt.busy.peek(), model.attempt.failure.peek()]).toEqual([false, undefined]);
  // What it says later is of what nobody waits for.
  saving?.progress(1, 1);
  for (const answer of answers) answer();
  expect(model.progress.peek()).toBeUndefined();
  const again = model.save();
  answers.at(-1)?.();
  expect(await again).toBe(true);
  expect(fake.everywhere).toHaveLength(1);
});
