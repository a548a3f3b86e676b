import type { MatrixClient, Room } from "matrix-js-sdk";
import { expect, test } from "vitest";

import { viaOf } from "./via.ts";

const client = { getDomain: () => "own.org" } as MatrixClient;
const roomOf = (...userIds: string[]) =>
  ({ getJoinedMembers: () => userIds.map((userId) => ({ userId })) }) as unknown as Room;

test("the own server leads the way, then those with the most members", () => {
  expect(viaOf(client, null)).toEqual(["own.org"]);
  const room = roomOf("@a:small.org", "@b:large.org:8448", "@c:large.org:8448", "@d:own.org", "@e:last.org");
  expect(viaOf(client, room)).toEqual(["own.org", "large.org:8448", "small.org"]);
});
