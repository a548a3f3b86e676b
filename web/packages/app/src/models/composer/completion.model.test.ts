import { signal } from "@herold/engine";
import { expect, test, vi } from "vitest";

import { emojiIn } from "../emoji/emoji.ts";
import { imagePack } from "../stickers/testing.ts";
import { fakeRoom, fakeSession, member } from "../testing.ts";
import { CompletionModel, wordAt } from "./completion.model.ts";

const ROOM = "!room:example.org";

test.each([
  ["@an", { sign: "@", words: "an", start: 0, end: 3 }],
  ["so @", { sign: "@", words: "", start: 3, end: 4 }],
  ["mail@an", undefined],
  ["see #lob", { sign: "#", words: "lob", start: 4, end: 8 }],
  ["at 12:3", undefined],
  ["well :s", undefined],
  ["well :sm", { sign: ":", words: "sm", start: 5, end: 8 }],
  ["/to", { sign: "/", words: "to", start: 0, end: 3 }],
  ["so /to", undefined],
  ["https://x", undefined],
])("the word at the end of %j", (text, expected) => {
  expect(wordAt(text, text.length)).toEqual(expected);
});

const MEMBERS = [
  member("@me:example.org", "Me"),
  member("@a1:example.org", "Anna Berg"),
  member("@a2:example.org", "Jürgen Ánders"),
  member("@anton:example.org", "Der Große"),
];

function completing(found: readonly { userId: string; name: string; avatar: undefined }[] = []) {
  const find = vi.fn(async () => found);
  const { room } = fakeRoom({ members: MEMBERS, rights: { ban: false } });
  const model = new CompletionModel(room, fakeSession({ people: { find } }));
  const look = (text: string): string[] => {
    model.look(text, text.length, "de");
    return model.suggestions.value.map((suggestion) => suggestion.id);
  };
  return { model, look, find };
}

test("people are found by the beginning of each name, then by id, never oneself", () => {
  const { look } = completing();
  expect(look("@an")).toEqual(["@a1:example.org", "@a2:example.org", "@anton:example.org"]);
  expect(look("@m")).toEqual([]);
  expect(look("@ro")).toEqual(["@room"]);
});

test("who is here is suggested as soon as it is known", () => {
  const members = signal<typeof MEMBERS>([]);
  const { room } = fakeRoom();
  const model = new CompletionModel({ ...room, members }, fakeSession({ people: { find: async () => [] } }));
  model.look("@an", 3, "de");
  expect(model.suggestions.value).toEqual([]);
  members.value = MEMBERS;
  expect(model.suggestions.value).toHaveLength(3);
  model.close();
  members.value = MEMBERS.slice(0, 2);
  expect(model.suggestions.value).toEqual([]);
});

test("the directory is asked after a pause, for the newest word only", async () => {
  vi.useFakeTimers();
  const other = { userId: "@anke:example.org", name: "Anke", avatar: undefined };
  const { model, look, find } = completing([other, { ...other, userId: "@a1:example.org" }]);
  look("@an");
  look("@ank");
  await vi.advanceTimersByTimeAsync(500);
  vi.useRealTimers();
  expect(find).toHaveBeenCalledTimes(1);
  expect(model.suggestions.value.map((suggestion) => suggestion.id)).toEqual([
    "@anke:example.org",
    "@a1:example.org",
  ]);
});

test("commands are those one may use", () => {
  const { look } = completing();
  expect(look("/ki")).toEqual(["kick"]);
  expect(look("/ban")).toEqual([]);
});

test("emoji are found in the person's language", async () => {
  const { model, look } = completing();
  // The list itself takes its time to come.
  await emojiIn("de");
  look("ja :herz");
  await vi.waitFor(() => expect(model.suggestions.value.map(({ id }) => id)).toContain("💘"));
});

test("pictures of packs come before the emoji that everybody knows, and leave them room", async () => {
  const names = Array.from({ length: 9 }, (_, index) => [`herz_${index}`, `Herz ${index}`]);
  const offered = [
    imagePack("signs", Object.fromEntries(names)),
    imagePack("big", { herz: "Herz" }, { emoticons: false, stickers: true }),
  ];
  const packs = { offeredIn: (roomId: string) => signal(roomId === ROOM ? offered : []) };
  const { room } = fakeRoom();
  const model = new CompletionModel(room, fakeSession({ imagePacks: async () => packs }));
  await emojiIn("de");
  model.look(":herz", 5, "de");
  await vi.waitFor(() => expect(model.suggestions.value).toHaveLength(8));
  expect(model.suggestions.value.map(({ kind }) => kind)).toEqual([
    ...Array(4).fill("picture"),
    ...Array(4).fill("emoji"),
  ]);
});

test("what was refused is not suggested again for the same word", () => {
  const { model, look } = completing();
  look("@a");
  model.move(1);
  expect(model.chosen.value?.id).toBe("@a2:example.org");
  model.close();
  expect(look("@an")).toEqual([]);
  expect(look("@an or @an")).not.toEqual([]);
});
