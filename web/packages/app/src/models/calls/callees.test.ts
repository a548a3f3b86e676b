import type { RoomSummary } from "@herold/engine";
import { expect, test } from "vitest";

import { member } from "../testing.ts";
import { CALLEES_MAX, calleesIn } from "./callees.ts";

const room = (roomId: string, direct?: string, membership = "joined"): RoomSummary =>
  ({ roomId, direct, membership }) as RoomSummary;

test("those are called with whom one talks already, in the newest conversation", () => {
  const members = [
    member("@anna:x", "Anna"),
    member("@bert:x", "Bert"),
    { ...member("@carla:x", "Carla"), membership: "left" as const },
    member("@dora:x", "Dora"),
  ];
  const rooms = [
    room("!group"),
    room("!bert-new", "@bert:x"),
    room("!bert-old", "@bert:x"),
    room("!carla", "@carla:x"),
    room("!dora", "@dora:x", "invited"),
    room("!emil", "@emil:x"),
  ];
  expect(calleesIn(members, rooms)).toEqual([{ userId: "@bert:x", name: "Bert", roomId: "!bert-new" }]);
});

test("they are as many as one finds at a glance", () => {
  const ids = Array.from({ length: CALLEES_MAX + 3 }, (_, index) => `@${index}:x`);
  const callees = calleesIn(
    ids.map((id) => member(id, id)),
    ids.map((id) => room(`!${id}`, id)),
  );
  expect(callees.map(({ userId }) => userId)).toEqual(ids.slice(0, CALLEES_MAX));
});
