import type { Permissions, Rights } from "@herold/engine";
import { expect, test } from "vitest";

import { isLastAdministrator, levelOf, roleOf, rolesFor } from "./roles.ts";

const levels = { permissions: { send: 0, permissions: 100 } as Permissions, defaultPowerLevel: 0 };
const rights = { setPowerLevels: true } as Rights;

test.each([
  [Number.POSITIVE_INFINITY, "creator"],
  [150, "administrator"],
  [100, "administrator"],
  [99, "moderator"],
  [50, "moderator"],
  [0, "member"],
  [-1, "silenced"],
] as const)("%d is %s", (level, role) => {
  expect(roleOf(level, levels)).toBe(role);
});

test("where only moderators may write, members read", () => {
  const announcements = { permissions: { send: 50 } as Permissions, defaultPowerLevel: 0 };
  expect(roleOf(0, announcements)).toBe("silenced");
  expect(levelOf("silenced", announcements)).toBeLessThan(0);
});

test("nobody gives more than they have, nor touches those beside or above them", () => {
  const moderator = { ...levels, rights, myPowerLevel: 50 };
  expect(rolesFor({ userId: "@a:x", powerLevel: 0 }, "@me:x", moderator)).toEqual([
    "moderator",
    "member",
    "silenced",
  ]);
  expect(rolesFor({ userId: "@a:x", powerLevel: 50 }, "@me:x", moderator)).toEqual([]);
  expect(rolesFor({ userId: "@me:x", powerLevel: 50 }, "@me:x", moderator)).toContain("member");
  const creator = { ...levels, rights, myPowerLevel: Number.POSITIVE_INFINITY };
  expect(rolesFor({ userId: "@a:x", powerLevel: 100 }, "@me:x", creator)).toContain("administrator");
  expect(rolesFor({ userId: "@b:x", powerLevel: Number.POSITIVE_INFINITY }, "@me:x", creator)).toEqual([]);
  const powerless = { ...creator, rights: { ...rights, setPowerLevels: false } };
  expect(rolesFor({ userId: "@a:x", powerLevel: 0 }, "@me:x", powerless)).toEqual([]);
});

test("the last administrator is one whom nobody inside could follow", () => {
  const member = (userId: string, powerLevel: number, membership: "joined" | "invited" = "joined") => ({
    userId,
    powerLevel,
    membership,
  });
  const me = member("@me:x", 100);
  const last = (...others: ReturnType<typeof member>[]) =>
    isLastAdministrator([me, ...others], "@me:x", { ...levels, rights });
  expect(last(member("@a:x", 0))).toBe(true);
  expect(last(member("@a:x", 100))).toBe(false);
  expect(last(member("@a:x", 0), member("@b:x", 100, "invited"))).toBe(true);
  expect(last()).toBe(false);
});
