import { Failure, type Permissions, type Room, type RoomChange, type Session, signal } from "@herold/engine";
import { expect, test } from "vitest";

import { levelOfPermission, permissionRoles, roleWith } from "./permission-roles.ts";
import { RoomSettingsModel } from "./room-settings.model.ts";

function modelOf(more: object = {}, spaces: string[] = []) {
  const done: unknown[] = [];
  const details = signal({
    topic: "Old",
    version: "12",
    access: "invite",
    accessSpaces: [] as string[],
    defaultPowerLevel: 0,
    rights: { upgrade: true },
    permissions: {} as Permissions,
    ...more,
  });
  const addresses: string[] = ["#b:x", "#a:x"];
  const room = {
    roomId: "!r",
    details,
    summary: signal({ name: "Lage", parents: [] }),
    members: signal([
      { userId: "@me:x", membership: "joined" },
      { userId: "@anna:x", membership: "joined" },
      { userId: "@ben:x", membership: "joined" },
      { userId: "@gone:x", membership: "left" },
    ]),
    change: async (change: RoomChange) => done.push(change),
    addresses: async () => addresses,
    listed: async () => false,
    newerVersion: async () => "13",
    addAddress: async (part: string) => {
      if (part === "taken") throw new Failure("name-taken");
      addresses.push(`#${part}:x`);
    },
    upgrade: async () => "!new",
  } as unknown as Room;
  const session = {
    userId: "@me:x",
    rooms: {
      all: signal(spaces.map((roomId) => ({ roomId, name: roomId, space: true, membership: "joined" }))),
      invite: async (roomId: string, userId: string) => {
        done.push([roomId, userId]);
        if (userId === "@anna:x") throw new Failure("forbidden");
      },
    },
  } as unknown as Session;
  return { model: new RoomSettingsModel(session, room), done };
}

test("only what was changed is sent", async () => {
  const { model, done } = modelOf();
  await model.saveProfile({ name: "Lage ", topic: "New", avatar: undefined });
  await model.saveProfile({ name: "Lage", topic: "Old", avatar: null });
  expect(done).toEqual([{ topic: "New" }, { avatar: null }]);
});

test("what the version of a room does not know is not offered, but what it has is", () => {
  expect(modelOf({ version: "6" }, ["!s"]).model.accesses.value).toEqual(["invite", "public"]);
  expect(modelOf({ version: "9" }, ["!s"]).model.accesses.value).toEqual([
    "invite",
    "knock",
    "restricted",
    "public",
  ]);
  expect(modelOf({}, ["!s"]).model.accesses.value).toContain("knock-restricted");
  expect(modelOf().model.accesses.value).toEqual(["invite", "knock", "public"]);
  expect(modelOf({ access: "restricted" }).model.accesses.value).toContain("restricted");
});

test("members of a space are never those of no space", async () => {
  const { model, done } = modelOf({}, ["!s", "!t"]);
  await model.setAccess("restricted");
  await model.setAccessSpace("!t", true);
  expect(done).toEqual([{ access: "restricted", accessSpaces: ["!s"] }, { accessSpaces: ["!t"] }]);
});

test("addresses are sorted, and a taken one says so", async () => {
  const { model } = modelOf();
  await model.load();
  expect(model.addresses.value).toEqual({ all: ["#a:x", "#b:x"], listed: false });
  expect(await model.addAddress("#Taken:x")).toBe(false);
  expect(model.failure.value).toBe("name-taken");
  await model.addAddress("New One");
  expect(model.addresses.value?.all).toContain("#new-one:x");
});

test("an upgrade takes everybody along who is there, whoever cannot be invited notwithstanding", async () => {
  const { model, done } = modelOf();
  expect(await model.upgrade(true)).toBeUndefined();
  await model.load();
  expect(await model.upgrade(true)).toBe("!new");
  expect(done).toEqual([
    ["!new", "@anna:x"],
    ["!new", "@ben:x"],
  ]);
});

test("levels between roles belong to the next one above", () => {
  const room = { defaultPowerLevel: 0, creators: ["@a:x"], myPowerLevel: Number.POSITIVE_INFINITY };
  expect([0, 1, 50, 51, 100, 101].map((level) => roleWith(level, room))).toEqual([
    "member",
    "moderator",
    "moderator",
    "administrator",
    "administrator",
    "creator",
  ]);
  for (const role of permissionRoles(0, room))
    expect(roleWith(levelOfPermission(role, room), room)).toBe(role);
  expect(permissionRoles(0, { ...room, creators: [] })).not.toContain("creator");
  expect(permissionRoles(100, { ...room, myPowerLevel: 50 })).toEqual([
    "member",
    "moderator",
    "administrator",
  ]);
});
