import type { Profile, RoomSummary, Session } from "@herold/engine";
import { signal } from "@herold/engine";
import { expect, test } from "vitest";

import { PaletteModel } from "./palette.model.ts";

const room = (name: string, recencyMs: number, direct?: string) =>
  ({ roomId: `!${name}`, name, recencyMs, direct, membership: "joined" }) as RoomSummary;
const person = (name: string): Profile => ({ userId: `@${name.toLowerCase()}:x`, name, avatar: undefined });

function modelOf(rooms: RoomSummary[], people: Profile[]) {
  const session = {
    userId: "@me:x",
    rooms: { all: signal(rooms), directWith: async (userId: string) => `!with ${userId}` },
    people: { find: async () => people },
  } as unknown as Session;
  return new PaletteModel(session, [
    { id: "settings", label: "Einstellungen öffnen" },
    { id: "room", label: "Neuer Raum" },
  ]);
}

const typed = async (model: PaletteModel, words: string) => {
  model.search(words);
  await new Promise((resolve) => setImmediate(resolve));
  const { rooms, people, actions } = model.entries.value;
  return [rooms.map(({ name }) => name), people.map(({ name }) => name), actions.map(({ id }) => id)];
};

test("without words there are the newest rooms and everything that can be done", async () => {
  const model = modelOf([room("Alt", 1), room("Neu", 2)], [person("Anna")]);
  expect(await typed(model, " ")).toEqual([["Neu", "Alt"], [], ["settings", "room"]]);
});

test("what begins with the words stands first, and nobody stands twice", async () => {
  const model = modelOf(
    [room("Kantine Ost", 1), room("Die Kantine", 9), room("Anna", 5, "@anna:x")],
    [person("Anna"), person("Annika"), person("me")],
  );
  expect((await typed(model, "kant"))[0]).toEqual(["Kantine Ost", "Die Kantine"]);
  expect(await typed(model, "an")).toEqual([["Anna", "Die Kantine", "Kantine Ost"], ["Annika"], []]);
});

test("actions are found by the beginnings of their words, without accents", async () => {
  const model = modelOf([], []);
  expect((await typed(model, "off ein"))[2]).toEqual(["settings"]);
  expect((await typed(model, "raum"))[2]).toEqual(["room"]);
  expect((await typed(model, "aum"))[2]).toEqual([]);
});

test("an address leads to its room, and a person to the conversation with them", async () => {
  const model = modelOf([], []);
  model.search("#lage:x");
  expect(model.entries.value.address?.room).toBe("#lage:x");
  expect(model.count.value).toBe(1);
  expect(await model.writeTo("@anna:x")).toBe("!with @anna:x");
});
