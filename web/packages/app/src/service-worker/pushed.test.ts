import type { PushedEvent } from "@herold/matrix-engine/for-worker";
import { expect, test, vi } from "vitest";

import type { PushNote } from "../models/notifying/push-note.ts";
import { type Around, pushed, pushIn, unreadIn, wordsFor } from "./pushed.ts";

const words = {
  appName: "Bote",
  newMessage: "Neue Nachricht",
  saidBy: "{name}: {text}",
  kinds: { image: "Bild" },
};
const note = (shows: PushNote["shows"]): PushNote => ({
  userId: "@anna:example.org",
  shows,
  silent: false,
  quietHours: undefined,
  words,
});
const event = (more: Partial<PushedEvent> = {}): PushedEvent => ({
  roomName: "Küche",
  direct: false,
  senderName: "Bert",
  line: { kind: "text", text: "Kommt ihr?" },
  ...more,
});

test.each([
  ["all", event(), { title: "Küche", body: "Bert: Kommt ihr?" }],
  ["all", event({ direct: true }), { title: "Bert", body: "Kommt ihr?" }],
  ["all", event({ roomName: undefined }), { title: "Bert", body: "Kommt ihr?" }],
  ["all", event({ line: undefined }), { title: "Küche", body: "Bert: Neue Nachricht" }],
  ["all", event({ line: { kind: "image", text: undefined } }), { title: "Küche", body: "Bert: Bild" }],
  ["all", event({ senderName: "$& {text}" }), { title: "Küche", body: "$& {text}: Kommt ihr?" }],
  ["all", undefined, { title: "Bote", body: "Neue Nachricht" }],
  ["sender", event(), { title: "Küche", body: "Bert: Neue Nachricht" }],
  ["nothing", event(), { title: "Bote", body: "Neue Nachricht" }],
] as const)("%s of %j", (shows, pushed, notification) => {
  expect(wordsFor(note(shows), pushed)).toEqual(notification);
});

test("of an account that is gone nothing is said", () => {
  expect(wordsFor(undefined, event())).toEqual({ title: "Herold", body: "" });
});

test.each([
  undefined,
  null,
  7,
  {},
  { event_id: "$e", room_id: "!r" },
  { event_id: 1, room_id: "!r", user_id: "@a:b" },
])("%j is about no event", (data) => {
  expect(pushIn(data)).toBe(undefined);
});

test("a push says which event it is about, and how much is unread", () => {
  const data = { event_id: "$e", room_id: "!r", user_id: "@a:b", unread: 3 };
  expect(pushIn(data)).toEqual({ userId: "@a:b", roomId: "!r", eventId: "$e" });
  expect(unreadIn(data)).toBe(3);
  expect(unreadIn({ unread: "3" })).toBe(undefined);
});

const PUSH = { event_id: "$e", room_id: "!r", user_id: "@anna:example.org", unread: 2 };

function around(more: Partial<Around> = {}) {
  return {
    pages: async () => [],
    shown: async () => [],
    pause: vi.fn(async () => undefined),
    noteOf: async () => note("all"),
    eventOf: vi.fn(async () => event()),
    minutesOfDay: () => 12 * 60,
    show: vi.fn(async () => undefined),
    count: vi.fn(async () => undefined),
    ...more,
  };
}

test("while the app is closed a push is told at once, and counted", async () => {
  const browser = around();
  await pushed(PUSH, browser);
  expect(browser.show).toHaveBeenCalledExactlyOnceWith("Küche", {
    body: "Bert: Kommt ihr?",
    tag: "@anna:example.org !r",
    silent: false,
    data: { userId: "@anna:example.org", roomId: "!r", eventId: "$e" },
  });
  expect(browser.count).toHaveBeenCalledExactlyOnceWith(2);
  expect(browser.pause).not.toHaveBeenCalled();
});

test("a page that is looked at tells by itself", async () => {
  const browser = around({
    pages: async () => [{ visibilityState: "hidden" }, { visibilityState: "visible" }],
  });
  await pushed(PUSH, browser);
  expect(browser.show).not.toHaveBeenCalled();
});

test("a page in the background has a moment to tell by itself", async () => {
  const hidden = { pages: async () => [{ visibilityState: "hidden" }] };
  const told = around({ ...hidden, shown: async () => [{ data: { eventId: "$e" } }] });
  await pushed(PUSH, told);
  expect(told.show).not.toHaveBeenCalled();
  expect(told.pause).toHaveBeenCalledOnce();
  const asleep = around({ ...hidden, shown: async () => [{ data: { eventId: "$older" } }, { data: null }] });
  await pushed(PUSH, asleep);
  expect(asleep.show).toHaveBeenCalledOnce();
});

test("who wants nothing to be seen has nothing asked, and quiet is quiet", async () => {
  const discreet = around({ noteOf: async () => note("nothing") });
  await pushed(PUSH, discreet);
  expect(discreet.eventOf).not.toHaveBeenCalled();
  const quietHours = { from: 22 * 60, to: 6 * 60 };
  const night = around({ noteOf: async () => ({ ...note("all"), quietHours }), minutesOfDay: () => 23 * 60 });
  await pushed(PUSH, night);
  expect(night.show).toHaveBeenCalledWith("Küche", expect.objectContaining({ silent: true }));
});

test("what is encrypted is opened where its words are shown, and nowhere else", async () => {
  const all = around();
  await pushed(PUSH, all);
  expect(all.eventOf).toHaveBeenCalledExactlyOnceWith(expect.anything(), true);
  const sender = around({ noteOf: async () => note("sender") });
  await pushed(PUSH, sender);
  expect(sender.eventOf).toHaveBeenCalledExactlyOnceWith(expect.anything(), false);
});

test("what is about no event shows nothing", async () => {
  const browser = around();
  await pushed({ user_id: "@anna:example.org", unread: 0 }, browser);
  await pushed(undefined, browser);
  expect(browser.show).not.toHaveBeenCalled();
  expect(browser.count).toHaveBeenCalledExactlyOnceWith(0);
});
