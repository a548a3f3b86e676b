import { Failure, type NewRoom, type Profile, type RoomSummary, type Session, signal } from "@herold/engine";
import { expect, test } from "vitest";

import { NewConversationModel } from "./new-conversation.model.ts";
import { NewRoomModel } from "./new-room.model.ts";
import { StartingModel } from "./starting.model.ts";

const person = (name: string, server = "x"): Profile => ({
  userId: `@${name.toLowerCase()}:${server}`,
  name,
  avatar: undefined,
});

function sessionWith(people: readonly Profile[], fails?: Failure) {
  const made: (NewRoom | string)[] = [];
  const make = async (what: NewRoom | string) => {
    if (fails) throw fails;
    made.push(what);
    return "!new";
  };
  const spaces = [
    { roomId: "!s", name: "Mine", space: true, membership: "joined" },
    { roomId: "!t", name: "Theirs", space: true, membership: "joined" },
  ] as RoomSummary[];
  const session = {
    userId: "@me:x",
    people: {
      find: async (words: string) =>
        people.filter(({ name }) => name.toLowerCase().includes(words.toLowerCase())),
    },
    rooms: { all: signal(spaces), directWith: make, create: make },
    room: (roomId: string) => ({ details: signal({ rights: { setChildren: roomId === "!s" } }) }),
  } as unknown as Session;
  return { session, made };
}

async function typed(model: NewConversationModel, words: string): Promise<void> {
  model.picker.search(words);
  await new Promise((resolve) => setImmediate(resolve));
}

test("one person is written to directly, several become an encrypted group", async () => {
  const { session, made } = sessionWith([person("Anna"), person("Ben")]);
  const model = new NewConversationModel(session);
  expect(model.kind.value).toBe("nobody");
  expect(await model.start()).toBeUndefined();
  await typed(model, "an");
  model.picker.choose("@anna:x");
  expect([model.kind.value, model.picker.words.value]).toEqual(["direct", ""]);
  expect(await model.start()).toBe("!new");
  await typed(model, "ben");
  model.picker.choose("@ben:x");
  model.rename(" Lage ");
  await model.start();
  expect(made).toEqual([
    "@anna:x",
    { name: "Lage", access: "invite", encrypted: true, invite: ["@anna:x", "@ben:x"] },
  ]);
});

test("nobody is offered twice, nor the person themselves, and equal names are told apart", async () => {
  const { session } = sessionWith([
    person("Anna"),
    person("Anna", "y"),
    { ...person("Anna"), userId: "@me:x" },
  ]);
  const model = new NewConversationModel(session);
  await typed(model, "anna");
  expect(model.picker.found.value.map(({ userId, nameIsShared }) => [userId, nameIsShared])).toEqual([
    ["@anna:x", true],
    ["@anna:y", true],
  ]);
  model.picker.choose("@anna:x");
  await typed(model, "anna");
  expect(model.picker.found.value.map(({ userId }) => userId)).toEqual(["@anna:y"]);
  model.picker.remove("@anna:x");
  expect(model.picker.chosen.value).toEqual([]);
  await typed(model, "zoe");
  expect(model.picker.nobody.value).toBe(true);
});

test("what cannot be started says why", async () => {
  const { session } = sessionWith([person("Anna")], new Failure("forbidden"));
  const model = new NewConversationModel(session);
  await typed(model, "anna");
  model.picker.choose("@anna:x");
  expect(await model.start()).toBeUndefined();
  expect(model.failure.value).toBe("forbidden");
});

test("a room is encrypted unless it is open to all, or somebody says otherwise", () => {
  const model = new NewRoomModel(sessionWith([]).session, { space: false });
  expect(model.form.value).toMatchObject({ access: "invite", encrypted: true });
  model.change({ access: "public" });
  expect(model.form.value.encrypted).toBe(false);
  model.change({ encrypted: true });
  model.change({ access: "knock" });
  model.change({ access: "public" });
  expect(model.form.value.encrypted).toBe(true);
});

test("members of a space can be let in only where the room stands in one", async () => {
  const { session, made } = sessionWith([]);
  const model = new NewRoomModel(session, { space: false, parent: "!s" });
  expect(model.parents.value).toEqual([{ roomId: "!s", name: "Mine" }]);
  expect(model.accesses.value).toContain("restricted");
  expect(model.ready.value).toBe(false);
  model.change({ name: " Lage ", topic: " " });
  expect(await model.create()).toBe("!new");
  expect(made).toEqual([
    expect.objectContaining({ name: "Lage", access: "restricted", parent: "!s", spaces: ["!s"] }),
  ]);
  model.change({ parent: undefined });
  expect(model.form.value.access).toBe("invite");
  expect(model.accesses.value).not.toContain("restricted");
  model.change({ parent: "!s" });
  expect(model.form.value.access).toBe("restricted");
});

test("what only invited people may enter is not listed", () => {
  const model = new NewRoomModel(sessionWith([]).session, { space: true });
  model.change({ access: "public", listed: true });
  expect(model.form.value.listed).toBe(true);
  model.change({ access: "invite" });
  expect(model.form.value.listed).toBe(false);
});

test("one thing is begun at a time", () => {
  const starting = new StartingModel(sessionWith([]).session);
  starting.conversation();
  starting.room({ space: true });
  expect(starting.start.value).toMatchObject({ kind: "room", model: { space: true } });
  starting.close();
  expect(starting.start.value.kind).toBe("none");
});
