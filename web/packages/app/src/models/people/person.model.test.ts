import {
  type Member,
  type Permissions,
  type Room,
  type RoomSummary,
  type Session,
  signal,
} from "@herold/engine";
import { expect, test } from "vitest";

import { PersonModel } from "./person.model.ts";

const me = "@me:x";

function modelOf(member: Partial<Member> | undefined, myPowerLevel = 100, userId = "@anna:x") {
  const done: unknown[] = [];
  const rights = { kick: true, ban: true, invite: true, setPowerLevels: true };
  const details = signal({
    myPowerLevel,
    rights,
    permissions: { send: 0 } as Permissions,
    defaultPowerLevel: 0,
  });
  const members = signal(
    member ? [{ userId, name: "Anna", membership: "joined", powerLevel: 0, ...member } as Member] : [],
  );
  const room = {
    details,
    members,
    summary: signal({ direct: undefined }),
    setPowerLevel: async (...given: unknown[]) => done.push(given),
    invite: async (...given: unknown[]) => done.push(given),
  } as unknown as Room;
  const summary = (roomId: string) => ({ roomId, membership: "joined", direct: undefined }) as RoomSummary;
  const session = {
    userId: me,
    rooms: { all: signal([summary("!shared"), summary("!mine")]) },
    room: () => room,
    people: {
      presence: () => signal({ state: "unknown" }),
      ignored: signal<readonly string[]>([]),
      profile: async () => ({ userId, name: "Anna of elsewhere", avatar: undefined }),
      timeZone: () => Promise.reject(new Error("none")),
      sharedRooms: async () => ["!shared"],
    },
  } as unknown as Session;
  return { model: new PersonModel(session, room, userId), done };
}

test("whoever stands below can be removed and given a role; whoever stands beside cannot", async () => {
  const below = modelOf({ powerLevel: 50 });
  expect(below.model.can.value).toMatchObject({ kick: true, ban: true, unban: false, write: true });
  expect(below.model.role.value).toBe("moderator");
  await below.model.setRole("silenced");
  expect(below.done).toEqual([["@anna:x", -1]]);
  const beside = modelOf({ powerLevel: 100 });
  expect(beside.model.can.value).toMatchObject({ kick: false, ban: false });
  expect(beside.model.roles.value).toEqual([]);
});

test("nothing is done about oneself but giving up a role", () => {
  const { model } = modelOf({ powerLevel: 100 }, 100, me);
  expect(model.can.value).toEqual({ write: false, kick: false, ban: false, unban: false, invite: false });
  expect(model.roles.value).toContain("member");
});

test("who is banned can only be let back", () => {
  const { model } = modelOf({ membership: "banned" });
  expect(model.can.value).toMatchObject({ kick: false, ban: false, unban: true });
  expect(model.role.value).toBeUndefined();
});

test("somebody who is not here has their own name; what is not told is left out", async () => {
  const { model, done } = modelOf(undefined);
  expect(model.profile.value.name).toBe("@anna:x");
  await model.load();
  expect([model.profile.value.name, model.timeZone.value]).toEqual(["Anna of elsewhere", undefined]);
  expect(model.sharedRooms.value.map(({ roomId }) => roomId)).toEqual(["!shared"]);
  expect(model.invitable.value.map(({ roomId }) => roomId)).toEqual(["!mine"]);
  await model.inviteTo("!mine");
  expect(done).toEqual([["@anna:x"]]);
});
