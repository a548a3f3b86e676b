import { Failure, type Member, type Room, type RoomChange, signal } from "@herold/engine";
import { expect, test } from "vitest";

import { ClosingModel } from "./closing.model.ts";

const member = (name: string, powerLevel = 0, membership: Member["membership"] = "joined") =>
  ({ userId: `@${name}:x`, powerLevel, membership }) as Member;

function modelOf(members: Member[], memberCount = 1) {
  const told: string[] = [];
  const present = signal<readonly Member[]>(members);
  let broken = false;
  const room = {
    members: present,
    details: signal({
      memberCount,
      access: "public",
      alias: "#a:x",
      myPowerLevel: 100,
      rights: { kick: true, setAccess: true },
    }),
    listed: async () => true,
    setListed: async (on: boolean) => told.push(`listed ${on}`),
    setMainAddress: async () => told.push("no address"),
    change: async ({ access }: RoomChange) => told.push(`access ${access}`),
    kick: async (userId: string) => {
      if (broken) throw new Failure("unreachable");
      told.push(userId);
      present.value = present.peek().filter((one) => one.userId !== userId);
    },
    leave: async () => told.push("leave"),
    forget: async () => told.push("forget"),
  } as unknown as Room;
  return {
    model: new ClosingModel({ userId: "@me:x" }, room),
    told,
    breaks: (now: boolean) => {
      broken = now;
    },
  };
}

test("the door is shut before anybody is removed, and whoever closes goes last", async () => {
  const { model, told } = modelOf([
    member("me", 100),
    member("a"),
    member("b", 50, "invited"),
    member("c", 0, "left"),
  ]);
  expect([model.possible.value, model.others.value]).toEqual([true, 2]);
  expect(await model.close()).toBe(true);
  expect(told).toEqual(["listed false", "no address", "access invite", "@a:x", "@b:x", "leave", "forget"]);
});

test("who has an equal inside cannot close the room", () => {
  expect(modelOf([member("me", 100), member("a", 100)]).model.possible.value).toBe(false);
});

test("as long as not everybody is known, nobody is removed", () => {
  expect(modelOf([member("me", 100), member("a")], 3).model.possible.value).toBe(false);
});

test("what stopped goes on with those who are left", async () => {
  const { model, told, breaks } = modelOf([member("me", 100), member("a"), member("b")]);
  breaks(true);
  expect(await model.close()).toBe(false);
  expect(told).not.toContain("leave");
  breaks(false);
  await model.close();
  expect(told.slice(-4)).toEqual(["@a:x", "@b:x", "leave", "forget"]);
});
