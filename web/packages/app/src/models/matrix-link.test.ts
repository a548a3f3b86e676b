import { expect, test } from "vitest";

import { matrixLinkOf, roomAddressOf } from "./matrix-link.ts";

const room = (id: string, eventId?: string, ...servers: string[]) => ({
  kind: "room",
  room: id,
  eventId,
  servers,
});

test.each([
  ["https://matrix.to/#/@anna:example.org", { kind: "person", userId: "@anna:example.org" }],
  ["matrix:u/anna:example.org", { kind: "person", userId: "@anna:example.org" }],
  ["https://matrix.to/#/%23lage%3Aexample.org", room("#lage:example.org")],
  ["matrix:r/lage:example.org?action=join", room("#lage:example.org")],
  ["https://matrix.to/#/!id/$event?via=a.org&via=b.org", room("!id", "$event", "a.org", "b.org")],
  ["matrix:roomid/id:a.org/e/event?via=a.org", room("!id:a.org", "$event", "a.org")],
])("%s is a link", (address, link) => {
  expect(matrixLinkOf(address)).toEqual(link);
});

test.each([
  "",
  "https://example.org/#/@anna:example.org",
  "https://matrix.to/#/",
  "https://matrix.to/#/anna",
  "https://matrix.to/#/%zz",
  "matrix:x/anna:example.org",
  "matrix:u/",
  "matrix:",
  "javascript:alert(1)",
])("%s is none", (address) => {
  expect(matrixLinkOf(address)).toBeUndefined();
});

test("a typed address leads to a room, words and people do not", () => {
  expect(roomAddressOf(" #lage:example.org ")).toEqual(room("#lage:example.org"));
  expect(roomAddressOf("matrix:r/lage:example.org")).toEqual(room("#lage:example.org"));
  expect(roomAddressOf("lage")).toBeUndefined();
  expect(roomAddressOf("@anna:example.org")).toBeUndefined();
});
