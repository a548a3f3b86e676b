import { signal } from "@herold/engine";
import { expect, test } from "vitest";

import type { AppModel } from "../app.model.ts";
import type { Panel, Route } from "../route.ts";
import { openMessage } from "./open-message.ts";

function appWith(threadOf: (eventId: string) => Promise<string | undefined>) {
  const route = signal<Route>({ kind: "home" });
  const panels: (Panel | undefined)[] = [];
  const session = { userId: "@anna:x", room: () => ({ threadOf }) };
  const app = {
    route,
    sessions: signal([session]),
    open: async (_userId: string, to: Route) => {
      route.value = to;
    },
    showPanel: (panel: Panel | undefined) => panels.push(panel),
  } as unknown as AppModel;
  return { app, route, panels };
}

const noticed = { userId: "@anna:x", roomId: "!r", eventId: "$answer" };

test("an answer is shown in its thread", async () => {
  const { app, route, panels } = appWith(async () => "$root");
  await openMessage(app, noticed);
  expect(route.value).toEqual({ kind: "room", roomId: "!r" });
  expect(panels).toEqual([{ kind: "thread", rootId: "$root", eventId: "$answer" }]);
});

test("what stands in the room itself opens no thread, nor what cannot be asked for", async () => {
  for (const threadOf of [async () => undefined, () => Promise.reject(new Error("no network"))]) {
    const { app, panels } = appWith(threadOf);
    await openMessage(app, noticed);
    expect(panels).toEqual([]);
  }
});

test("who went on meanwhile is left where they are", async () => {
  const { app, route, panels } = appWith(async () => {
    route.value = { kind: "room", roomId: "!other" };
    return "$root";
  });
  await openMessage(app, noticed);
  expect(panels).toEqual([]);
});
