import fc from "fast-check";
import { expect, test } from "vitest";

import { tiffOf } from "./exif.ts";
import { withoutTraces } from "./traces.ts";

const text = (words: string): number[] => [...words].map((letter) => letter.charCodeAt(0));
const uint32 = (value: number): number[] => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
const little = (value: number): number[] => uint32(value).reverse();

async function bare(type: string, bytes: readonly number[]): Promise<number[]> {
  const file = await withoutTraces(new Blob([new Uint8Array(bytes)], { type }));
  expect(file.type).toBe(type);
  return [...new Uint8Array(await file.arrayBuffer())];
}

/** Turned by a quarter, in Intel's order, with a place behind it. */
const CAMERA = [
  ...text("II*\0"),
  ...little(8),
  ...[2, 0],
  ...[0x25, 0x88, 4, 0, 1, 0, 0, 0, ...little(99)],
  ...[0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0],
  ...little(0),
  ...text("48.137 N 11.575 E"),
];
const TURNED = [...tiffOf(6)];

test("of Exif a picture keeps how it is turned, and nothing where it stands upright", async () => {
  const exif = (tiff: number[]): number[] => segment(0xe1, [...text("Exif\0\0"), ...tiff]);
  const around = (inner: number[]): number[] => [0xff, 0xd8, ...inner, 0xff, 0xd9];
  expect(await bare("image/jpeg", around(exif(CAMERA)))).toEqual(around(exif(TURNED)));
  for (const tiff of [[...tiffOf(1)], [...tiffOf(9)], text("II*\0\xff\xff\xff\xff"), text("MM"), []])
    expect(await bare("image/jpeg", around(exif(tiff)))).toEqual(around([]));
});

const segment = (marker: number, content: readonly number[]): number[] => [
  ...[0xff, marker],
  ...[(content.length + 2) >> 8, (content.length + 2) & 255],
  ...content,
];

test("a JPEG keeps what is to be seen", async () => {
  const dense = [...text("JFIF\0"), 1, 2, 1, 0, 72, 0, 72];
  const [jfif, colours, adobe] = [
    segment(0xe0, [...dense, 0, 0]),
    segment(0xe2, text("ICC_PROFILE\0..")),
    segment(0xee, text("Adobe.......")),
  ];
  const traces = [
    segment(0xe0, text("JFXX\0 a small picture of what was cut away")),
    segment(0xe1, text("http://ns.adobe.com/xap/1.0/\0 by whom")),
    segment(0xe2, text("MPF\0 what comes behind")),
    segment(0xed, text("Photoshop 3.0\0 where")),
    segment(0xfe, text("a comment")),
  ];
  // What looks like markers within a scan is none; between scans stand tables.
  const scans = [
    ...segment(0xda, [1, 2]),
    ...[5, 0xff, 0, 6, 0xff, 0xd3, 7],
    ...segment(0xc4, [9]),
    ...segment(0xda, [3]),
    ...[8, 0xff, 0],
  ];
  const start = [0xff, 0xd8];
  const tables = segment(0xdb, [1, 2, 3]);
  const picture = [...start, ...jfif, ...colours, ...adobe, ...tables, ...scans, 0xff, 0xd9];
  const [small, tail] = [segment(0xe0, [...dense, 1, 1, 7, 8, 9]), segment(0xee, text("Adobe....... who"))];
  const full = [...start, ...small, ...traces.flat(), ...colours, ...tail, 0xff, ...tables, ...scans];
  const behind = [...start, ...segment(0xfe, text("another picture")), ...text("ftyp a film")];
  expect(await bare("image/jpeg", [...full, 0xff, 0xd9, ...behind])).toEqual(picture);
  // What calls itself something else is looked at as well, and what has no end is shown as far as it goes.
  expect(await bare("image/png", full)).toEqual(picture.slice(0, -2));
});

test("a PNG keeps what is to be seen", async () => {
  const chunk = (type: string, content: readonly number[], sum = [1, 2, 3, 4]): number[] => [
    ...uint32(content.length),
    ...text(type),
    ...content,
    ...sum,
  ];
  const signature = text("\x89PNG\r\n\x1a\n");
  const [head, clear] = [chunk("IHDR", [1, 2, 3]), chunk("tRNS", [0])];
  const [data, end] = [chunk("IDAT", [7, 8, 9]), chunk("IEND", [], [0xae, 0x42, 0x60, 0x82])];
  const traces = ["tEXt", "zTXt", "iTXt", "tIME", "caBX"].flatMap((type) => chunk(type, text("who")));
  const turned = chunk("eXIf", TURNED, [0xd6, 0x67, 0x4b, 0x69]);
  expect(
    await bare("image/png", [
      ...signature,
      ...head,
      ...chunk("eXIf", CAMERA),
      ...traces,
      ...clear,
      ...data,
      ...end,
      ...text("behind the end"),
    ]),
  ).toEqual([...signature, ...head, ...turned, ...clear, ...data, ...end]);
});

test("a WebP keeps what is to be seen", async () => {
  const chunk = (type: string, content: readonly number[]): number[] => [
    ...text(type),
    ...little(content.length),
    ...content,
    ...(content.length % 2 ? [0] : []),
  ];
  const riff = (...chunks: number[][]): number[] => [
    ...text("RIFF"),
    ...little(4 + chunks.flat().length),
    ...text("WEBP"),
    ...chunks.flat(),
  ];
  const flagged = (flags: number): number[] => chunk("VP8X", [flags, 0, 0, 0, 1, 0, 0, 1, 0, 0]);
  const picture = chunk("VP8 ", [1, 2, 3]);
  const xmp = chunk("XMP ", text("by whom"));
  const [alpha, exif] = [0x10, 0x08];
  expect(await bare("image/webp", riff(flagged(0x1c), picture, chunk("EXIF", CAMERA), xmp))).toEqual(
    riff(flagged(alpha | exif), picture, chunk("EXIF", TURNED)),
  );
  const upright = chunk("EXIF", [...text("Exif\0\0"), ...tiffOf(1)]);
  expect(await bare("image/webp", riff(flagged(0x0c), picture, upright))).toEqual(riff(flagged(0), picture));
});

const box = (type: string, ...content: readonly number[][]): number[] => {
  const inner = content.flat();
  return [...uint32(8 + inner.length), ...text(type), ...inner];
};
const nothing = (length: number): number[] => new Array(length).fill(0);

test("a film says nothing of where and when, and all of it stays in its place", async () => {
  const film = (said: boolean): number[] => {
    const now = said ? uint32(0xe5a1b2c3) : uint32(0);
    const place = text("+48.137+011.575/ on a telephone");
    const trace = (type: string): number[] => (said ? box(type, place) : box("free", nothing(place.length)));
    const name = text(said ? "made on 1 March" : "\0".repeat(15));
    return [
      ...box("ftyp", text("isom")),
      ...trace("free"),
      // One that says its size in eight bytes.
      ...[...uint32(1), ...text("mdat"), ...uint32(0), ...uint32(19), 1, 2, 3],
      ...box(
        "moov",
        box("mvhd", [0, 0, 0, 0], now, now, [5, 5]),
        trace("udta"),
        trace("gps "),
        trace("\xa9xyz"),
        box(
          "trak",
          box("tkhd", [1, 0, 0, 7], now, now, now, now, [6]),
          box(
            "mdia",
            box("mdhd", [0, 0, 0, 0], now, now, [4]),
            box("hdlr", nothing(8), text("vide"), nothing(12), name),
            box("minf", text("how")),
          ),
          trace("meta"),
        ),
      ),
      ...box("moof", box("mfhd", [1]), trace("udta"), box("traf", text("uuid"))),
      ...trace("uuid"),
      ...box("mdat", [9, 9]),
    ];
  };
  expect(await bare("video/mp4", film(true))).toEqual(film(false));
});

test("what is no box, and what is behind the last one, is nobody's to know", async () => {
  const start = box("ftyp", text("qt  "));
  const index = (content: number[]): number[] => box("moov", box("mvhd", nothing(12)), content);
  const broken = [...uint32(5), ...text("udta who")];
  const film = await bare("video/quicktime", [...start, ...index(broken), ...text("who made it")]);
  expect(film).toEqual([...start, ...index(nothing(broken.length))]);
  // One whose index is cut off is played by nobody.
  expect(await bare("video/mp4", [...start, ...index(text("where")).slice(0, -1)])).toEqual(start);
});

test("what is larger than what is emptied at once is empty as well", async () => {
  const [start, length] = [box("ftyp", text("isom")), 2 * 1024 * 1024 + 5];
  const file = new Uint8Array([...start, ...uint32(8 + length), ...text("uuid")].length + length).fill(7);
  file.set([...start, ...uint32(8 + length), ...text("uuid")]);
  const film = await withoutTraces(new Blob([file], { type: "video/mp4" }));
  expect(film.size).toBe(file.length);
  const bytes = new Uint8Array(await film.arrayBuffer());
  expect(bytes.lastIndexOf(7)).toBe(-1);
});

test("a film that says more of itself than any does is not sent", async () => {
  const size = 64 * 1024 * 1024 + 1;
  const film = new Blob([new Uint8Array([...uint32(size), ...text("moov")]), new Uint8Array(size - 8)], {
    type: "video/mp4",
  });
  await expect(withoutTraces(film)).rejects.toMatchObject({ reason: "broken-file" });
});

test.each([
  ["image/gif", text("GIF89a")],
  ["image/heic", box("ftyp", text("heic"))],
  ["image/jpeg", [0xff]],
  ["image/jpeg", []],
  ["video/mp4", box("ftyp", text("isom")).slice(0, 6)],
  ["video/mp4", [...box("ftyp", text("avif")), ...box("meta", text("what a picture is"))]],
  ["video/webm", [0x1a, 0x45, 0xdf, 0xa3, 1, 2, 3, 4, 5, 6]],
  ["audio/mpeg", text("ID3")],
  ["text/plain", [0xff, 0xd8, 0xff, 0xd9, 5]],
])("what is of no known kind stays as it is (%s)", async (type, bytes) => {
  expect(await bare(type, bytes)).toEqual(bytes);
});

test("what is cut off or has something in between is bare as far as it goes", async () => {
  const comment = segment(0xfe, text("who"));
  const tables = segment(0xdb, [1, 2, 3]);
  const start = [0xff, 0xd8];
  expect(await bare("image/jpeg", [...start, ...text("??"), ...comment, 0xff, 0xd0, ...tables])).toEqual([
    ...start,
    ...tables,
  ]);
  expect(await bare("image/jpeg", [...start, ...tables, ...comment.slice(0, -2)])).toEqual([
    ...start,
    ...tables,
  ]);
  expect(await bare("image/jpeg", [...start, ...tables.slice(0, -1)])).toEqual([
    ...start,
    ...tables.slice(0, -1),
  ]);

  const signature = text("\x89PNG\r\n\x1a\n");
  const said = [...uint32(99), ...text("tEXtwho")];
  const data = [...uint32(99), ...text("IDAT"), 1, 2, 3];
  expect(await bare("image/png", [...signature, ...said])).toEqual(signature);
  expect(await bare("image/png", [...signature, ...data])).toEqual([...signature, ...data]);

  const riff = (size: number): number[] => [...text("RIFF"), ...little(size), ...text("WEBP")];
  const begun = [...text("VP8 "), ...little(99), 1, 2];
  expect(
    await bare("image/webp", [...riff(99), ...text("XMP "), ...little(4), 1, 2, 3, 4, ...begun]),
  ).toEqual([...riff(4 + begun.length), ...begun]);

  const [film, sound] = [box("ftyp", text("isom")), [...uint32(99), ...text("mdat"), 1, 2, 3]];
  const index = (type: string, content: number[]): number[] => box("moov", box(type, content));
  expect(await bare("video/mp4", [...film, ...index("udta", text("who")), ...sound])).toEqual([
    ...film,
    ...index("free", nothing(3)),
    ...sound,
  ]);
});

const BEGINNINGS: readonly [type: string, bytes: number[]][] = [
  ["image/jpeg", [0xff, 0xd8, 0xff, 0xe1]],
  ["image/png", text("\x89PNG\r\n\x1a\n")],
  ["image/webp", [...text("RIFF"), ...little(60), ...text("WEBP")]],
  ["video/mp4", [...box("ftyp", text("isom")), ...uint32(64), ...text("moov")]],
];
const WORDS = ["eXIf", "EXIF", "VP8X", "trak", "mdia", "udta", "mvhd", "mdat", "Exif\0\0", "\xff\xd9"];

test("whatever a file holds, it comes out, and no longer than what a turn is said with", async () => {
  const word = fc.constantFrom(...WORDS).map(text);
  const size = fc.nat(80).map(uint32);
  const anything = fc.array(fc.nat(255), { maxLength: 12 });
  const rest = fc.array(
    fc.oneof(
      word,
      size,
      size.map((bytes) => bytes.toReversed()),
      anything,
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...BEGINNINGS), rest, async ([type, begins], parts) => {
      const file = [...begins, ...parts.flat()];
      expect((await bare(type, file)).length).toBeLessThanOrEqual(file.length + 40);
    }),
  );
});

test("a film that holds tracks in tracks without end is read to an end", async () => {
  const depth = 100_000;
  const tracks = Array.from({ length: depth }, (_, at) => [
    ...uint32(8 * (depth - at)),
    ...text("trak"),
  ]).flat();
  const film = [...box("ftyp", text("isom")), ...uint32(8 + tracks.length), ...text("moov"), ...tracks];
  expect((await bare("video/mp4", film)).length).toBe(film.length);
});
