import { type Draft, Failure, type Room, type TimelineItem } from "@herold/engine";
import { beforeEach, expect, test, vi } from "vitest";

import { ComposerModel } from "./composer.model.ts";

const send = vi.fn<Room["send"]>();
const sendFiles = vi.fn<Room["sendFiles"]>();
const setTyping = vi.fn<Room["setTyping"]>();
let mayNotifyRoom = true;
let composer: ComposerModel;

beforeEach(() => {
  for (const action of [send, sendFiles, setTyping]) action.mockReset();
  send.mockResolvedValue();
  sendFiles.mockResolvedValue();
  mayNotifyRoom = true;
  const details = { peek: () => ({ rights: { notifyRoom: mayNotifyRoom } }) };
  composer = new ComposerModel({ send, sendFiles, setTyping, details } as unknown as Room, undefined);
});

const write = (text: string, nowMs = 0): void => composer.type(text, nowMs, true);
const sent = (): Draft | undefined => send.mock.lastCall?.[0];
const message = (plain: string): TimelineItem =>
  ({ eventId: `$${plain}`, content: { kind: "text", words: { plain, html: undefined } } }) as TimelineItem;

test("the field is empty before the server has answered", () => {
  send.mockReturnValue(new Promise(() => undefined));
  write("hello");
  void composer.send();
  expect(composer.text.value).toBe("");
  expect(sent()).toMatchObject({ text: "hello", emote: false, replyTo: undefined, edits: undefined });
});

test("nothing but spaces is no message", async () => {
  write(" \n ");
  await composer.send();
  expect(send).not.toHaveBeenCalled();
});

test("what could not be sent is told by the conversation, not here", async () => {
  send.mockRejectedValue(new Failure("unreachable"));
  write("hello");
  await expect(composer.send()).resolves.toBeUndefined();
});

test.each([
  ["/me waves", { text: "waves", emote: true }],
  ["//shrug is a command", { text: "/shrug is a command", emote: false }],
  ["/media is a word", { text: "/media is a word", emote: false }],
])("%s", async (typed, draft) => {
  write(typed);
  await composer.send();
  expect(sent()).toMatchObject(draft);
});

test("mentioned is who still stands in the text", async () => {
  composer.mention({ userId: "@anna:x", name: "Anna" });
  composer.mention({ userId: "@bert:x", name: "Bert" });
  write("hello @Anna");
  await composer.send();
  expect(sent()?.mentions).toEqual([{ userId: "@anna:x", name: "Anna" }]);
  write("@Anna again");
  await composer.send();
  expect(sent()?.mentions).toEqual([]);
});

test("everybody is told by those who may", async () => {
  write("hello @room");
  await composer.send();
  expect(sent()?.mentionsRoom).toBe(true);
  mayNotifyRoom = false;
  write("hello @room");
  await composer.send();
  expect(sent()?.mentionsRoom).toBe(false);
});

test("an edit brings back what was being written", async () => {
  write("half a thou");
  composer.edit(message("old words"));
  expect(composer.text.value).toBe("old words");
  composer.edit(message("older words"));
  composer.cancel();
  expect([composer.text.value, composer.purpose.value.kind]).toEqual(["half a thou", "new"]);
  composer.edit(message("old words"));
  write("new words");
  await composer.send();
  expect(sent()).toMatchObject({ text: "new words", edits: "$old words", replyTo: undefined });
  expect(composer.text.value).toBe("half a thou");
});

test("an answer keeps what was written, and ends with the message", async () => {
  write("because");
  composer.reply(message("why?"));
  await composer.send();
  expect(sent()).toMatchObject({ text: "because", replyTo: "$why?" });
  expect(composer.purpose.value).toEqual({ kind: "new" });
});

test("files answer what was chosen to be answered", async () => {
  composer.reply(message("show me"));
  await composer.sendFiles([]);
  expect(sendFiles).toHaveBeenCalledWith({ files: [], replyTo: "$show me", thread: undefined });
  expect(composer.purpose.value.kind).toBe("new");
});

test("that somebody writes is said now and then, and taken back", () => {
  write("h", 10_000);
  write("he", 11_000);
  write("hel", 14_000);
  write("", 15_000);
  expect(setTyping.mock.calls).toEqual([[true], [true], [false]]);
});

test("nobody is told who does not want it, and of edits nobody is told", () => {
  composer.type("h", 10_000, false);
  composer.edit(message("old words"));
  write("new words", 20_000);
  expect(setTyping).not.toHaveBeenCalled();
});
