import { type Profile, type RoomSummary, type Session, signal } from "@herold/engine";
import { expect, test, vi } from "vitest";

import { EverywhereModel } from "./everywhere.model.ts";

const person = (userId: string): Profile => ({ userId, name: userId, avatar: undefined });
const room = (roomId: string, name: string, more: Partial<RoomSummary> = {}): RoomSummary =>
  ({ roomId, name, recencyMs: 0, space: false, direct: undefined, ...more }) as RoomSummary;

test("conversations by name, the newest first, and people there is none with yet", async () => {
  vi.useFakeTimers();
  const all = signal([
    room("!old", "Über uns", { recencyMs: 1 }),
    room("!new", "Überblick", { recencyMs: 2 }),
    room("!space", "Übersee", { space: true }),
    room("!anna", "Anna", { direct: "@anna:x" }),
  ]);
  const asked: string[] = [];
  const find = async (words: string): Promise<Profile[]> => {
    asked.push(words);
    return ["@me:x", "@anna:x", "@uber:x"].map(person);
  };
  const search = { coverage: signal({ messages: 0 }), start: () => ({ stop: () => undefined }) };
  const session = { userId: "@me:x", rooms: { all }, people: { find }, search } as unknown as Session;
  const model = new EverywhereModel(session);
  model.look("u");
  model.look("uber");
  await vi.runAllTimersAsync();
  expect(asked).toEqual(["u", "uber"]);
  expect(model.rooms.value.map(({ roomId }) => roomId)).toEqual(["!new", "!old"]);
  expect(model.people.value.map(({ userId }) => userId)).toEqual(["@uber:x"]);
  vi.useRealTimers();
});
