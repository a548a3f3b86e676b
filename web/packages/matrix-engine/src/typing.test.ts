import { MatrixEvent } from "matrix-js-sdk";
import { expect, test } from "vitest";

import { ME, ROOM, testClient, testRoom } from "./testing.ts";
import { typingIn } from "./typing.ts";

const ANNA = "@anna:example.org";
const BERT = "@bert:example.org";
const CLARA = "@clara:example.org";

function roomWith(...people: string[]) {
  const room = testRoom(testClient());
  const come = (userId: string): void =>
    room.currentState.setStateEvents([
      new MatrixEvent({
        type: "m.room.member",
        room_id: ROOM,
        sender: userId,
        state_key: userId,
        event_id: `$${userId}`,
        origin_server_ts: 1,
        content: { membership: "join" },
      }),
    ]);
  for (const userId of people) come(userId);
  const type = (...user_ids: string[]): void =>
    room.addEphemeralEvents([new MatrixEvent({ type: "m.typing", content: { user_ids } })]);
  const typing = typingIn(room);
  return { room, come, type, names: () => typing.peek().map(({ userId }) => userId) };
}

test("whoever writes is told of until they stop, oneself not", () => {
  const { come, type, names } = roomWith(ME, ANNA, BERT);
  type(ANNA, ME);
  expect(names()).toEqual([ANNA]);
  come(CLARA);
  type(ANNA, CLARA);
  expect(names()).toEqual([ANNA, CLARA]);
  type();
  expect(names()).toEqual([]);
});

test("after a gap in what was heard, those who were there before are told of too", () => {
  const { room, come, type, names } = roomWith(ME, ANNA, BERT);
  type(BERT);
  room.resetLiveTimeline("before", "since");
  // Whether they still do was in the gap.
  expect(names()).toEqual([]);
  type(ANNA, BERT);
  expect(names()).toEqual([ANNA, BERT]);
  come(CLARA);
  type(CLARA);
  expect(names()).toEqual([CLARA]);
});
