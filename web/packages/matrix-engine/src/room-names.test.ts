import { RoomNameType } from "matrix-js-sdk";
import { expect, test } from "vitest";

import { roomName } from "./room-names.ts";

const ME = "@me:example.org";
const of = (names: string[], count = names.length + 1) =>
  roomName(ME, { type: RoomNameType.Generated, names, count });

test("a room without a name is called by its people", () => {
  expect(of(["Anna Berg"])).toBe("Anna Berg");
  expect(of(["@bert:example.org", "Anna"])).toBe("bert, Anna");
  expect(of(["Anna", "Bert"], 7)).toBe("Anna, Bert +4");
});

test("where nobody is left, by who was there, or by oneself", () => {
  expect(roomName(ME, { type: RoomNameType.EmptyRoom, oldName: "@anna:example.org" })).toBe("anna");
  expect(roomName(ME, { type: RoomNameType.EmptyRoom })).toBe("me");
});

test("a name stays", () => {
  expect(roomName(ME, { type: RoomNameType.Actual, name: "Tea" })).toBeNull();
});

test("names that show nothing are not told, but their people are counted", () => {
  expect(of(["\u3164", "Anna"])).toBe("Anna +1");
  expect(of(["\u3164", "\u2800"])).toBe("");
  expect(of(["An\u202ena"])).toBe("Anna");
});
