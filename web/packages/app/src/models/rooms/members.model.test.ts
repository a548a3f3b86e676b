import { Failure, type Member, type Profile, type Room, type Session, signal } from "@herold/engine";
import { expect, test } from "vitest";

import { MembersModel, rowsOf } from "./members.model.ts";

function member(name: string, membership: Member["membership"] = "joined"): Member {
  return {
    userId: `@${name.toLowerCase()}:x`,
    name,
    avatar: undefined,
    membership,
    powerLevel: 0,
    reason: undefined,
    nameIsShared: false,
  };
}

const told = (members: Member[], words = "") =>
  rowsOf(members, words).map((row) =>
    row.kind === "heading" ? `${row.group} ${row.count}` : row.member.name,
  );

test("who waits stands first; who left stands nowhere", () => {
  const members = [
    member("Anna"),
    member("Ben", "banned"),
    member("Cem", "left"),
    member("Dora", "knocking"),
  ];
  members.push(member("Emil", "invited"), member("Zoë"));
  expect(told(members)).toEqual([
    "knocking 1",
    "Dora",
    "joined 2",
    "Anna",
    "Zoë",
    "invited 1",
    "Emil",
    "banned 1",
    "Ben",
  ]);
  expect(told(members, "zoe")).toEqual(["joined 1", "Zoë"]);
  expect(told(members, "@ben:")).toEqual(["banned 1", "Ben"]);
});

test("ten thousand members are grouped at once", () => {
  const members = Array.from({ length: 10_000 }, (_, place) => member(`Person ${place}`));
  expect(rowsOf(members, "9999")).toHaveLength(2);
  expect(rowsOf(members, "")).toHaveLength(10_001);
});

test("after a failure only those are invited who were not yet", async () => {
  const invited: string[] = [];
  let broken = true;
  const room = {
    members: signal([member("Anna")]),
    invite: async (userId: string) => {
      if (userId === "@cem:x" && broken) throw new Failure("unreachable");
      invited.push(userId);
    },
  } as unknown as Room;
  const found: Profile[] = [member("Anna"), member("Ben"), member("Cem")];
  const model = new MembersModel({ people: { find: async () => found } } as unknown as Session, room);
  model.startInviting();
  const picker = model.inviting.value;
  picker?.search("e");
  await new Promise((resolve) => setImmediate(resolve));
  expect(picker?.found.value.map(({ name }) => name)).toEqual(["Ben", "Cem"]);
  picker?.choose("@ben:x");
  picker?.search("e");
  await new Promise((resolve) => setImmediate(resolve));
  picker?.choose("@cem:x");
  await model.invite("");
  expect([model.failure.value, invited]).toEqual(["unreachable", ["@ben:x"]]);
  broken = false;
  await model.invite("");
  expect(invited).toEqual(["@ben:x", "@cem:x"]);
  expect(model.inviting.value).toBeUndefined();
});
