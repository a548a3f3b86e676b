import { type News, type RoomSummary, type Session, signal } from "@herold/engine";
import { beforeEach, expect, test, vi } from "vitest";

import type { Texts } from "../../texts/texts.ts";
import type { AppState } from "../app.model.ts";
import { preferencesHereIn } from "../preferences/here.ts";
import type { Route } from "../route.ts";
import { NotifyingModel } from "./notifying.model.ts";

const MESSAGE: News = {
  roomId: "!tea",
  roomName: "Tea",
  direct: false,
  eventId: "$1",
  sender: { userId: "@bert:example.org", name: "Bert", avatar: undefined },
  what: { kind: "text", words: { plain: "It is ready", html: undefined } },
  loud: true,
};

const screen = { focused: vi.fn(), now: vi.fn(), pop: vi.fn(), takeBack: vi.fn(), ring: vi.fn() };
const quietHours = { from: 22 * 60, to: 6 * 60 };

function at(minutesOfDay: number, ms = minutesOfDay * 60_000): void {
  screen.now.mockReturnValue({ ms, minutesOfDay });
}

function account(userId: string) {
  const told = new Set<(news: News) => void>();
  const all = signal<readonly RoomSummary[]>([]);
  const follow = (tell: (news: News) => void) => {
    told.add(tell);
    return () => void told.delete(tell);
  };
  const session = { userId, rooms: { all }, notifications: { follow } } as unknown as Session;
  return {
    session,
    told,
    all,
    say: (news: Partial<News> = {}) => {
      for (const tell of told) tell({ ...MESSAGE, ...news });
    },
  };
}

function app(chosen: Record<string, string> = {}, hours: typeof quietHours | undefined = undefined) {
  const anna = account("@anna:example.org");
  const sessions = signal<readonly Session[]>([anna.session]);
  const route = signal<Route>({ kind: "home" });
  const open = vi.fn();
  const state = signal<AppState>({ kind: "signed-in", session: anna.session });
  const say: Texts["say"] = (key, values) => [key, ...Object.values(values ?? {})].join(" ");
  const model = new NotifyingModel({
    app: { state, sessions, route },
    open,
    preferences: {
      here: signal(preferencesHereIn(JSON.stringify(chosen))),
      everywhere: signal({
        receipts: true,
        typing: true,
        online: true,
        findable: true,
        invitations: true,
        quietHours: hours,
      }),
    },
    texts: signal({ say } as Texts),
    screen,
  });
  return { model, anna, sessions, route, open, stop: model.start() };
}

beforeEach(() => {
  for (const action of Object.values(screen)) action.mockReset();
  screen.focused.mockReturnValue(false);
  at(12 * 60);
});

test("a message pops up and rings while nobody looks", () => {
  const { anna } = app();
  anna.say();
  expect(screen.pop).toHaveBeenCalledExactlyOnceWith({
    tag: "@anna:example.org !tea",
    userId: "@anna:example.org",
    roomId: "!tea",
    eventId: "$1",
    title: "Tea",
    body: "rooms.last-other Bert It is ready",
  });
  expect(screen.ring).toHaveBeenCalledOnce();
});

test("a call rings by itself in the app, and pops up outside of it", () => {
  const { model, anna } = app();
  const call = { what: { kind: "call", outcome: "ringing", video: false } } as const;
  screen.focused.mockReturnValue(true);
  anna.say(call);
  expect([model.shown.value, screen.pop.mock.calls, screen.ring.mock.calls]).toEqual([[], [], []]);
  screen.focused.mockReturnValue(false);
  anna.say(call);
  expect(screen.pop).toHaveBeenCalledOnce();
});

test("within the app it is shown there, and not in the conversation itself", () => {
  const { model, anna, route } = app();
  screen.focused.mockReturnValue(true);
  anna.say();
  anna.say({ eventId: "$2" });
  expect(model.shown.value.map(({ eventId }) => eventId)).toEqual(["$2"]);
  route.value = { kind: "room", roomId: "!cake" };
  anna.say({ roomId: "!cake" });
  expect(model.shown.value).toHaveLength(1);
  expect(screen.pop).not.toHaveBeenCalled();
  for (const roomId of ["!1", "!2", "!3"]) anna.say({ roomId });
  expect(model.shown.value.map(({ roomId }) => roomId)).toEqual(["!1", "!2", "!3"]);
});

test.each([
  ["all", "rooms.last-other Bert It is ready"],
  ["sender", "rooms.last-other Bert notifying.new-message"],
  ["nothing", "notifying.new-message"],
])("it shows as much as the person wants: %s", (notifications, body) => {
  const { anna } = app({ notifications });
  anna.say();
  expect(screen.pop.mock.lastCall?.[0].body).toBe(body);
  if (notifications === "nothing") expect(JSON.stringify(screen.pop.mock.lastCall)).not.toMatch(/Tea"|Bert/);
});

test("who wants no notifications still hears, and who wants no sound sees", () => {
  app({ notifications: "off" }).anna.say();
  expect(screen.pop).not.toHaveBeenCalled();
  expect(screen.ring).toHaveBeenCalledOnce();
  app({ sound: "off" }).anna.say();
  expect(screen.pop).toHaveBeenCalledOnce();
  expect(screen.ring).toHaveBeenCalledOnce();
});

test("many messages at once are one sound, and some make none", () => {
  const { anna } = app();
  anna.say({ loud: false });
  expect(screen.ring).not.toHaveBeenCalled();
  anna.say();
  at(12 * 60, 12 * 3_600_000 + 1_000);
  anna.say();
  expect(screen.ring).toHaveBeenCalledOnce();
  at(12 * 60, 12 * 3_600_000 + 2_000);
  anna.say();
  expect(screen.ring).toHaveBeenCalledTimes(2);
});

test("in quiet hours nothing rings or pops up", () => {
  const { model, anna } = app({}, quietHours);
  at(23 * 60);
  anna.say();
  screen.focused.mockReturnValue(true);
  anna.say();
  expect([screen.pop.mock.calls, screen.ring.mock.calls, model.shown.value]).toEqual([[], [], []]);
  at(6 * 60);
  anna.say();
  expect(model.shown.value).toHaveLength(1);
});

test("what was read is taken back, but not what is only not counted yet", () => {
  const { model, anna } = app();
  const room = (notifications: number) =>
    ({ roomId: "!tea", membership: "joined", unread: { notifications } }) as RoomSummary;
  screen.focused.mockReturnValue(true);
  anna.say();
  anna.all.value = [room(0)];
  expect(model.shown.value).toHaveLength(1);
  anna.all.value = [room(1)];
  anna.all.value = [room(0)];
  expect(model.shown.value).toEqual([]);
  expect(screen.takeBack).toHaveBeenCalledExactlyOnceWith("@anna:example.org !tea");
});

test("an account that is gone is not followed any more", () => {
  const { anna, sessions, stop } = app();
  const bert = account("@bert:example.org");
  sessions.value = [anna.session, bert.session];
  expect(bert.told.size).toBe(1);
  sessions.value = [bert.session];
  expect([anna.told.size, bert.told.size]).toEqual([0, 1]);
  stop();
  expect(bert.told.size).toBe(0);
});

test("opening one leads to its conversation", () => {
  const { model, anna, open } = app();
  screen.focused.mockReturnValue(true);
  anna.say();
  const [notice] = model.shown.value;
  if (!notice) throw new Error("nothing is shown");
  model.open(notice);
  expect(open).toHaveBeenCalledWith(expect.objectContaining({ roomId: "!tea", eventId: "$1" }));
  expect(model.shown.value).toEqual([]);
});
