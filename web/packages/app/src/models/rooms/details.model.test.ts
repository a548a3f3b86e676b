import { Failure, type Member, type Permissions, type Room, signal } from "@herold/engine";
import { expect, test } from "vitest";

import { DetailsModel } from "./details.model.ts";

function modelOf(powerLevel: number, fails?: string) {
  const done: string[] = [];
  const act = (what: string) => async () => {
    if (what === fails) throw new Failure("unreachable");
    done.push(what);
  };
  const members = [
    { userId: "@me:x", membership: "joined", powerLevel: 100 },
    { userId: "@anna:x", membership: "joined", powerLevel },
  ] as Member[];
  const room = {
    members: signal(members),
    details: signal({ rights: { setPowerLevels: true }, permissions: { permissions: 100 } as Permissions }),
    leave: act("leave"),
    forget: act("forget"),
  } as unknown as Room;
  return { model: new DetailsModel({ userId: "@me:x" }, room), done };
}

test("whoever goes and leaves nobody to look after the room is known", () => {
  expect(modelOf(0).model.lastAdministrator.value).toBe(true);
  expect(modelOf(100).model.lastAdministrator.value).toBe(false);
});

test("a room is forgotten only after it was left, and only if that is wanted", async () => {
  const wanted = modelOf(0);
  await wanted.model.leave(true);
  expect(wanted.done).toEqual(["leave", "forget"]);
  const kept = modelOf(0);
  await kept.model.leave(false);
  expect(kept.done).toEqual(["leave"]);
  const failed = modelOf(0, "leave");
  expect(await failed.model.leave(true)).toBe(false);
  expect([failed.done, failed.model.failure.value]).toEqual([[], "unreachable"]);
});
