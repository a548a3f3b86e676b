import type { RoomSummary } from "@herold/engine";
import { expect, test } from "vitest";

import { HEADING_PX, ROW_PX, RoomPlaces } from "./room-places.ts";

const rooms = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ roomId: `${prefix}${index}` }) as RoomSummary);

const places = new RoomPlaces([
  { kind: "favourites", rooms: rooms("f", 3) },
  { kind: "rooms", rooms: rooms("r", 2_000) },
]);
const FAVOURITES_PX = HEADING_PX + 3 * ROW_PX;

const shown = (fromPx: number, toPx: number, also = -1) =>
  places
    .between(fromPx, toPx, also)
    .map(({ kind, rows }) => [kind, ...rows.map(({ room, place, topPx }) => [room.roomId, place, topPx])]);

test("only what is looked at is there, each where it stands", () => {
  expect(shown(0, ROW_PX)).toEqual([["favourites", ["f0", 0, HEADING_PX]]]);
  expect(shown(HEADING_PX + 2 * ROW_PX, FAVOURITES_PX + HEADING_PX + 1)).toEqual([
    ["favourites", ["f2", 2, HEADING_PX + 2 * ROW_PX]],
    ["rooms", ["r0", 3, FAVOURITES_PX + HEADING_PX]],
  ]);
  expect(shown(FAVOURITES_PX, FAVOURITES_PX + HEADING_PX)).toEqual([["rooms"]]);
  const farPx = places.topOf(1_000);
  const far = shown(farPx, farPx + 10 * ROW_PX);
  expect(far).toHaveLength(1);
  expect(far[0]).toHaveLength(1 + 10);
  expect(far[0]?.[1]).toEqual(["r997", 1_000, farPx]);
});

test("the whole is as high as what stands in it", () => {
  expect(places.heightPx).toBe(2 * HEADING_PX + 2_003 * ROW_PX);
  expect(places.count).toBe(2_003);
  expect(places.lines).toBe(2_005);
  expect(places.between(0, FAVOURITES_PX + 1, -1).map(({ line, topPx }) => [line, topPx])).toEqual([
    [1, 0],
    [5, FAVOURITES_PX],
  ]);
});

test("the room that has the focus is there wherever one looks", () => {
  const farPx = places.topOf(1_000);
  expect(shown(farPx, farPx + ROW_PX, 1)[0]).toEqual(["favourites", ["f1", 1, HEADING_PX + ROW_PX]]);
  expect(shown(0, ROW_PX, 500).at(-1)).toEqual(["rooms", ["r497", 500, places.topOf(500)]]);
  // Once, where it is looked at as well.
  expect(shown(0, ROW_PX, 0)).toEqual(shown(0, ROW_PX));
});

test("places and rooms find each other", () => {
  for (const place of [0, 2, 3, 4, 2_002]) expect(places.placeOf(places.at(place)?.roomId)).toBe(place);
  expect(places.at(-1)).toBeUndefined();
  expect(places.at(2_003)).toBeUndefined();
  expect(places.placeOf("nobody's")).toBe(-1);
  expect(places.next(2_002, () => true)).toBe(0);
  expect(places.next(0, ({ roomId }) => roomId === "f0")).toBe(0);
  expect(places.next(0, () => false)).toBeUndefined();
});

test("what is dropped comes before the nearer row, and behind the last at the lower edge", () => {
  const gap = (atPx: number) => places.gapAt("favourites", atPx)?.before;
  expect(gap(0)).toBe(0);
  expect(gap(HEADING_PX + 2 * ROW_PX + 0.2 * ROW_PX)).toBe(2);
  expect(gap(FAVOURITES_PX - 3)).toBe(3);
  expect(gap(FAVOURITES_PX + HEADING_PX)).toBe(3);
  expect(gap(FAVOURITES_PX + HEADING_PX + ROW_PX)).toBeUndefined();
  const alone = new RoomPlaces([{ kind: "favourites", rooms: rooms("f", 2) }]);
  expect(alone.gapAt("favourites", 10_000)).toEqual({ before: 2, topPx: HEADING_PX + 2 * ROW_PX });
  expect(places.gapAt("low-priority", 0)).toBeUndefined();
});
