import { expect, test } from "vitest";

import { hashAs, hashOf, placeOf, type Route, routeOf, withPanel } from "./route.ts";

const routes: Route[] = [
  { kind: "home" },
  { kind: "settings" },
  { kind: "settings", page: "devices" },
  { kind: "explore" },
  { kind: "space", roomId: "!a:example.org" },
  { kind: "space", roomId: "!a", panel: { kind: "settings" } },
  { kind: "room", roomId: "!a/b:example.org" },
  { kind: "room", roomId: "!a:example.org", eventId: "$e/+=" },
  { kind: "room", roomId: "#lage?:example.org", via: ["a.org", "b.org:8448"] },
  { kind: "room", roomId: "!a:example.org", panel: { kind: "members" } },
  { kind: "room", roomId: "!a:example.org", eventId: "$e", panel: { kind: "thread", rootId: "$root" } },
  {
    kind: "room",
    roomId: "!a:example.org",
    panel: { kind: "thread", rootId: "$root", eventId: "$answer" },
  },
  { kind: "room", roomId: "!a:example.org", panel: { kind: "person", userId: "@anna:example.org" } },
];

test.each(routes)("%j survives the address bar", (route) => {
  expect(routeOf(hashOf(route))).toEqual(route);
});

test.each(["", "#", "#/", "#/nowhere", "#/room", "#/room/", "#/space", "#/%zz"])("%s is home", (hash) => {
  expect(routeOf(hash)).toEqual({ kind: "home" });
});

test("a panel comes and goes beside the same place", () => {
  const place: Route = { kind: "room", roomId: "!a", eventId: "$e" };
  const opened = withPanel(place, { kind: "details" });
  expect(opened).toEqual({ ...place, panel: { kind: "details" } });
  expect(withPanel(opened, undefined)).toEqual(place);
  expect(withPanel({ kind: "home" }, { kind: "details" })).toEqual({ kind: "home" });
});

test("a page of the settings that there is not is their list", () => {
  expect(routeOf("#/settings/nothing")).toEqual({ kind: "settings" });
});

test("a place of one account survives the address bar", () => {
  const route: Route = { kind: "room", roomId: "!a/b:example.org", eventId: "$e" };
  expect(placeOf(hashAs("@anna:example.org", route))).toEqual({ userId: "@anna:example.org", route });
  expect(placeOf(hashOf(route))).toEqual({ userId: undefined, route });
  expect(placeOf("#/as/@anna:example.org")).toEqual({ userId: "@anna:example.org", route: { kind: "home" } });
});
