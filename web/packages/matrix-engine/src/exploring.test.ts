import type { MatrixClient } from "matrix-js-sdk";
import { MatrixError } from "matrix-js-sdk";
import { expect, test } from "vitest";

import { children, find, preview } from "./exploring.ts";

/** A client that is in the rooms named here, and answers what it is told to. */
function clientOf(answers: object, here: Record<string, string> = {}): MatrixClient {
  const getRoom = (roomId: string) =>
    here[roomId] ? { getMyMembership: () => here[roomId], currentState: { getStateEvents: () => [] } } : null;
  return { getRoom, ...answers } as unknown as MatrixClient;
}

const told = { room_id: "!a", num_joined_members: 3, join_rule: "knock", room_type: "m.space", name: "" };

test("what the directory tells becomes a preview, with what the person is there", async () => {
  const asked: object[] = [];
  const publicRooms = async (query: object) => {
    asked.push(query);
    return { chunk: [told, { room_id: "!b", num_joined_members: 1 }], next_batch: "2" };
  };
  const page = await find(clientOf({ publicRooms }, { "!a": "knock" }), { words: " lage ", after: "1" });
  expect(asked).toEqual([{ limit: 30, since: "1", filter: { generic_search_term: "lage" } }]);
  expect(page.next).toBe("2");
  expect(page.found).toMatchObject([
    { roomId: "!a", name: undefined, access: "knock", space: true, membership: "knocking" },
    { roomId: "!b", access: "public", space: false, membership: undefined },
  ]);
});

test("who may not see a room is told the same as who asks for none", async () => {
  const getRoomSummary = () => Promise.reject(new MatrixError({ errcode: "M_FORBIDDEN" }, 403));
  await expect(preview(clientOf({ getRoomSummary }), "!a", [])).rejects.toMatchObject({
    reason: "not-found",
  });
});

test("children have the order and the way that the space gives them; the space is none of them", async () => {
  const child = (id: string, content: object) => ({ type: "m.space.child", state_key: id, content });
  const rooms = [
    {
      ...told,
      children_state: [
        child("!b", { via: ["x", 1], order: "k", suggested: true }),
        child("!c", { via: "x" }),
      ],
    },
    { room_id: "!b", num_joined_members: 1, join_rule: "restricted" },
    { room_id: "!c", num_joined_members: 1, join_rule: "unheard-of" },
  ];
  const getRoomHierarchy = async () => ({ rooms, next_batch: undefined });
  const { found } = await children(clientOf({ getRoomHierarchy }, { "!b": "ban" }), "!a", undefined);
  expect(found).toMatchObject([
    { roomId: "!b", servers: ["x"], order: "k", suggested: true, access: "restricted", membership: "banned" },
    { roomId: "!c", servers: [], order: undefined, suggested: false, access: "invite" },
  ]);
});
