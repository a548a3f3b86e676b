import type { Permission } from "@herold/engine";
import { expect, test } from "vitest";

import { type PowerLevels, permissionsOf, withPermissions } from "./permissions.ts";

test("what a room does not say follows from the specification", () => {
  expect(permissionsOf({})).toMatchObject({ send: 0, react: 0, invite: 0, kick: 50, name: 50, upgrade: 50 });
  expect(permissionsOf({ state_default: 30, events_default: 10 })).toMatchObject({
    name: 30,
    react: 10,
    send: 10,
  });
});

test("every permission is read back as it was written, and nothing else changes", () => {
  const before: PowerLevels = { events: { "org.example": 7, "m.room.name": 1 }, notifications: { other: 3 } };
  for (const permission of Object.keys(permissionsOf({})) as Permission[]) {
    const after = withPermissions(before, { [permission]: 42 });
    const others = permission === "send" ? { react: 42 } : {};
    expect(permissionsOf(after)).toEqual({ ...permissionsOf(before), ...others, [permission]: 42 });
    expect(after.events?.["org.example"]).toBe(7);
    expect(after.notifications?.other).toBe(3);
  }
});
