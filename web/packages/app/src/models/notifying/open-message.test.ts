import { type Connection, signal } from "@herold/engine";
import { expect, test } from "vitest";

import type { AppModel } from "../app.model.ts";
import { hashAs, type Panel, type Route } from "../route.ts";
import { noticedIn, openMessage } from "./open-message.ts";

function appWith(threadOf: (eventId: string) => Promise<string | undefined>) {
  const route = signal<Route>({ kind: "home" });
  const panels: (Panel | undefined)[] = [];
  const items = signal<readonly { eventId: string }[]>([]);
  const timeline = { items, newer: signal("end") };
  const connection = signal<Connection>("live");
  const session = { userId: "@anna:x", connection, room: () => ({ threadOf, timeline }) };
  const sessions = signal([session]);
  const app = {
    route,
    sessions,
    open: async (_userId: string, to: Route) => {
      route.value = to;
    },
    go: (to: Route) => {
      route.value = to;
    },
    showPanel: (panel: Panel | undefined) => panels.push(panel),
  } as unknown as AppModel;
  return { app, route, panels, sessions, connection, items };
}

const noticed = { userId: "@anna:x", roomId: "!r", eventId: "$answer" };

test("an answer is shown in its thread", async () => {
  const { app, route, panels } = appWith(async () => "$root");
  await openMessage(app, noticed);
  expect(route.value).toEqual({ kind: "room", roomId: "!r" });
  expect(panels).toEqual([{ kind: "thread", rootId: "$root", eventId: "$answer" }]);
});

test("what stands in the room itself is shown there, also when nobody can be asked for its thread", async () => {
  for (const threadOf of [async () => undefined, () => Promise.reject(new Error("no network"))]) {
    const { app, route, panels } = appWith(threadOf);
    await openMessage(app, noticed);
    expect(route.value).toEqual({ kind: "room", roomId: "!r", eventId: "$answer" });
    expect(panels).toEqual([]);
  }
});

test("what stands at the end of the conversation is in sight when that is opened", async () => {
  const { app, route, items } = appWith(async () => undefined);
  items.value = [{ eventId: "$answer" }, { eventId: "$later" }];
  await openMessage(app, noticed);
  expect(route.value).toEqual({ kind: "room", roomId: "!r" });
  items.value = [...items.value, ...["$3", "$4", "$5", "$6"].map((eventId) => ({ eventId }))];
  await openMessage(app, noticed);
  expect(route.value).toEqual({ kind: "room", roomId: "!r", eventId: "$answer" });
});

test("an app that was closed looks for the message once the server answered", async () => {
  const { app, route, sessions, connection } = appWith(async () => undefined);
  const [session] = sessions.value;
  sessions.value = [];
  connection.value = "starting";
  const opening = openMessage(app, noticed);
  await Promise.resolve();
  if (session) sessions.value = [session];
  await Promise.resolve();
  expect(route.value).toEqual({ kind: "room", roomId: "!r" });
  connection.value = "live";
  await opening;
  expect(route.value).toEqual({ kind: "room", roomId: "!r", eventId: "$answer" });
});

test("an address leads to a message only where it names one, and whose it is", () => {
  expect(noticedIn(hashAs("@anna:x", { kind: "room", roomId: "!r", eventId: "$answer" }))).toEqual(noticed);
  expect(noticedIn(hashAs("@anna:x", { kind: "room", roomId: "!r" }))).toBeUndefined();
  expect(noticedIn("#/room/!r/$answer")).toBeUndefined();
});

test("who went on meanwhile is left where they are", async () => {
  const { app, route, panels } = appWith(async () => {
    route.value = { kind: "room", roomId: "!other" };
    return "$root";
  });
  await openMessage(app, noticed);
  expect(panels).toEqual([]);
});
