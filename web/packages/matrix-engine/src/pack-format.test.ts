import type { PackDraft } from "@herold/engine";
import { expect, test } from "vitest";

import { fitsIntoEvent, packContent, packIn, placesIn, withPlace } from "./pack-format.ts";

const PLACE = { roomId: "!r:e.org", key: "cats", roomName: "Kittens", everywhere: false };
const NAP = { url: "mxc://e.org/nap", info: { mimetype: "image/gif", w: 512, h: 256, size: 9 } };
const WAVE = { url: "mxc://e.org/wave", body: "a waving cat", "org.example": 1 };
const CATS = {
  images: { nap: NAP, wave: WAVE },
  pack: {
    display_name: "Cats",
    usage: ["sticker"],
    attribution: "drawn by Anna",
    avatar_url: "mxc://e.org/a",
  },
  "org.example": true,
};

const draft = (change: Partial<PackDraft> = {}): PackDraft => ({
  name: "Cats",
  attribution: "",
  uses: { emoticons: false, stickers: true },
  images: [],
  ...change,
});

test("a pack is read as the specification has it", () => {
  const pack = packIn(CATS, PLACE);
  expect(pack).toMatchObject({
    roomId: "!r:e.org",
    key: "cats",
    name: "Cats",
    attribution: "drawn by Anna",
    uses: { emoticons: false, stickers: true },
  });
  expect(pack?.images).toMatchObject([
    {
      shortcode: "nap",
      description: "nap",
      info: NAP.info,
      picture: { width: 512, height: 256, animated: true },
    },
    { shortcode: "wave", description: "a waving cat", info: {}, picture: { source: { address: WAVE.url } } },
  ]);
});

test.each([
  [{ images: {} }, { name: "Kittens", images: [], uses: { emoticons: true, stickers: true } }],
  [
    { images: [], pack: "none" },
    { name: "Kittens", images: [] },
  ],
  [{ images: { a: null, b: { url: "https://e.org/b" }, c: { url: 3 } } }, { images: [] }],
  [
    { images: {}, pack: { display_name: "\u202e", usage: ["reaction"] } },
    { name: "Kittens", uses: { emoticons: true, stickers: true } },
  ],
  [
    { images: { "not one!": { url: "mxc://e.org/x", info: "?" } } },
    { images: [{ shortcode: "not one!", info: {} }] },
  ],
])("of %j is taken what is there", (content, expected) => {
  expect(packIn(content, PLACE)).toMatchObject(expected);
});

test.each([
  [9, true],
  [1024 * 1024, true],
  [1024 * 1024 + 1, false],
  [undefined, false],
  [-1, false],
  ["9", false],
])("of a picture that moves and says it has %j bytes: it moves %s", (size, animated) => {
  for (const told of [{ mimetype: "image/gif" }, { "org.matrix.msc4230.is_animated": true }]) {
    const images = { nap: { url: NAP.url, info: { ...told, size } } };
    expect(packIn({ images }, PLACE)?.images[0]?.picture.animated).toBe(animated);
  }
});

test("each picture has a name of its own that can be seen, whatever was written", () => {
  const at = (id: string) => ({ url: `mxc://e.org/${id}` });
  const images = { "": at("a"), "\u202e": at("b"), cat: at("c"), "cat\u202e": at("d"), __proto__x: at("e") };
  const named = packIn({ images }, PLACE)?.images.map(({ shortcode, description }) => [
    shortcode,
    description,
  ]);
  expect(named).toEqual(["_", "__2", "cat", "cat_2", "__proto__x"].map((name) => [name, name]));
});

test.each(["constructor", "__proto__", "toString"])("a pack may have the key %s", (key) => {
  const place = { roomId: "!r:e.org", key };
  const wanted = JSON.parse(JSON.stringify(withPlace({}, place, true)));
  expect(placesIn(wanted)).toEqual([place]);
  expect(placesIn(withPlace(wanted, place, false))).toEqual([]);
});

test("what was removed is no pack", () => {
  expect(packIn({}, PLACE)).toBeUndefined();
});

test("what others wrote into a pack stays when it is changed", () => {
  const images = [
    { shortcode: "hello", description: "a cat", address: WAVE.url, info: {} },
    { shortcode: "nap", description: "nap", address: NAP.url, info: NAP.info },
  ];
  expect(packContent(CATS, draft(), images)).toEqual({
    images: {
      hello: { url: WAVE.url, body: "a cat", info: {}, "org.example": 1 },
      nap: { url: NAP.url, info: NAP.info },
    },
    pack: { display_name: "Cats", usage: ["sticker"], avatar_url: "mxc://e.org/a" },
    "org.example": true,
  });
});

test("a pack for both says neither, and one without a name has the room's", () => {
  const both = { emoticons: true, stickers: true };
  expect(packContent({}, draft({ name: "", uses: both }), [])).toEqual({ images: {}, pack: {} });
});

test("a pack is no larger than an event may be", () => {
  const images = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      shortcode: `${"x".repeat(90)}${index}`,
      description: "ö".repeat(200),
      address: `mxc://example.org/${"a".repeat(40)}`,
      info: { w: 512, h: 512, mimetype: "image/webp", size: 40_000 },
    }));
  expect(fitsIntoEvent(packContent({}, draft(), images(70)))).toBe(true);
  expect(fitsIntoEvent(packContent({}, draft(), images(100)))).toBe(false);
});

test("what somebody wants everywhere is put in and taken out, and the rest stays", () => {
  const before = { rooms: { "!a": { "": { x: 1 } }, "!b": {} }, more: 1 };
  const place = { roomId: "!a", key: "cats" };
  const more = withPlace(before, place, true);
  expect(more).toEqual({ rooms: { "!a": { "": { x: 1 }, cats: {} }, "!b": {} }, more: 1 });
  expect(placesIn(more)).toEqual([{ roomId: "!a", key: "" }, place]);
  expect(withPlace(more, place, false)).toEqual(before);
  expect(withPlace(more, place, true)).toEqual(more);
  const last = withPlace({ rooms: { "!a": { cats: {} } } }, place, false);
  expect(last).toEqual({ rooms: {} });
});

test.each([undefined, "x", [1], { "!a": 5 }])("%j names no pack", (rooms) => {
  expect(placesIn({ rooms })).toEqual([]);
});
