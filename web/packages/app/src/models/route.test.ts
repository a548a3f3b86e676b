import { expect, test } from "vitest";

import { hashOf, type Route, routeOf } from "./route.ts";

const routes: Route[] = [
  { kind: "home" },
  { kind: "settings", page: "devices" },
  { kind: "room", roomId: "!a/b:example.org" },
  { kind: "room", roomId: "!a:example.org", eventId: "$e/+=" },
  { kind: "room", roomId: "!a:example.org", panel: { kind: "members" } },
  { kind: "room", roomId: "!a:example.org", eventId: "$e", panel: { kind: "thread", rootId: "$root" } },
  { kind: "room", roomId: "!a:example.org", panel: { kind: "person", userId: "@anna:example.org" } },
];

test.each(routes)("%j survives the address bar", (route) => {
  expect(routeOf(hashOf(route))).toEqual(route);
});

test.each(["", "#", "#/", "#/nowhere", "#/room", "#/room/", "#/%zz"])("%s is home", (hash) => {
  expect(routeOf(hash)).toEqual({ kind: "home" });
});
