import type { NewRoom } from "@herold/engine";
import { expect, test } from "vitest";

import { allowedSpaces } from "./access.ts";
import { creation } from "./creating.ts";

const nowhere = { via: ["example.org"], avatar: undefined };
const room: NewRoom = { name: "Lage", access: "invite", encrypted: true, invite: ["@anna:example.org"] };

const stateOf = (wanted: NewRoom, type: string) =>
  creation(wanted, nowhere).initial_state?.find((event) => event.type === type)?.content;

test("a private room is encrypted and lets in who is invited", () => {
  expect(creation(room, nowhere)).toMatchObject({
    preset: "private_chat",
    visibility: "private",
    name: "Lage",
  });
  expect(stateOf(room, "m.room.encryption")).toEqual({ algorithm: "m.megolm.v1.aes-sha2" });
  expect(stateOf(room, "m.room.join_rules")).toBeUndefined();
});

test("a room of a space names the space as its parent and lets its members in", () => {
  const inside: NewRoom = { ...room, access: "restricted", spaces: ["!s"], parent: "!s" };
  const rules = stateOf(inside, "m.room.join_rules") as { [word: string]: unknown };
  expect(rules.join_rule).toBe("restricted");
  expect(allowedSpaces(rules)).toEqual(["!s"]);
  expect(creation(inside, nowhere).initial_state).toContainEqual({
    type: "m.space.parent",
    state_key: "!s",
    content: { via: ["example.org"], canonical: true },
  });
});

test("a public room is listed only if that is wanted", () => {
  const open: NewRoom = { ...room, access: "public", encrypted: false, alias: "lage" };
  expect(creation(open, nowhere)).toMatchObject({ preset: "public_chat", visibility: "private" });
  expect(creation({ ...open, listed: true }, nowhere)).toMatchObject({
    visibility: "public",
    room_alias_name: "lage",
  });
  expect(stateOf(open, "m.room.encryption")).toBeUndefined();
});

test("nobody talks in a space", () => {
  const made = creation({ ...room, space: true, encrypted: false }, nowhere);
  expect(made.creation_content).toEqual({ type: "m.space" });
  expect(made.power_level_content_override?.events_default).toBe(100);
});

test.each([undefined, {}, { allow: "all" }, { allow: [null, { type: "other", room_id: "!a" }, {}] }])(
  "%j lets in no space",
  (rules) => expect(allowedSpaces(rules)).toEqual([]),
);
