import { Failure, type RoomPreview, type Session } from "@herold/engine";
import { expect, test } from "vitest";

import { PreviewModel, wayInto } from "./preview.model.ts";

const room = (more: Partial<RoomPreview>): RoomPreview => ({
  roomId: "!r",
  name: "Lage",
  topic: undefined,
  avatar: undefined,
  alias: undefined,
  memberCount: 3,
  access: "public",
  space: false,
  encrypted: true,
  membership: undefined,
  servers: [],
  ...more,
});

test.each([
  [{ membership: "joined" }, "open"],
  [{ membership: "invited", access: "invite" }, "accept"],
  [{ membership: "knocking", access: "knock" }, "waiting"],
  [{ membership: "banned" }, "banned"],
  [{ membership: "left" }, "join"],
  [{ access: "restricted" }, "join"],
  [{ access: "knock" }, "knock"],
  [{ access: "knock-restricted" }, "join"],
  [{ access: "invite" }, "closed"],
] as const)("%j: %s", (more, way) => {
  expect(wayInto(room(more))).toBe(way);
});

test("who asks to be let in is waiting then; who is refused stays outside", async () => {
  let fails = false;
  const rooms = {
    preview: async () => room({ access: "knock" }),
    knock: async () => "!r",
    join: async () => {
      if (fails) throw new Failure("forbidden");
      return "!r";
    },
  };
  const model = new PreviewModel({ rooms } as unknown as Session, "#lage:x");
  await model.load();
  await model.knock(" please ");
  expect(model.preview.value?.membership).toBe("knocking");
  fails = true;
  expect(await model.join()).toBeUndefined();
  expect([model.preview.value?.membership, model.refused.value]).toEqual(["knocking", "forbidden"]);
});

test("an address that leads nowhere says so", async () => {
  const rooms = { preview: () => Promise.reject(new Failure("not-found")) };
  const model = new PreviewModel({ rooms } as unknown as Session, "#nowhere:x");
  await model.load();
  expect([model.preview.value, model.failure.value]).toEqual([undefined, "not-found"]);
});

test("whoever is in none of the spaces that may enter can ask instead", async () => {
  const rooms = { join: () => Promise.reject(new Failure("forbidden")) };
  const first = room({ access: "knock-restricted" });
  const model = new PreviewModel({ rooms } as unknown as Session, "!r", [], first);
  expect(model.way.value).toBe("join");
  await model.join();
  expect(model.way.value).toBe("knock");
});
