import { EventType, MatrixEvent } from "matrix-js-sdk";
import { expect, test } from "vitest";

import { detailsOf } from "./room-details.ts";
import { ME, ROOM, testClient, testRoom } from "./testing.ts";

test.each([
  [{}, true],
  [{ events: { "m.sticker": 50 } }, false],
  [{ events: { "m.sticker": 50 }, users: { [ME]: 50 } }, true],
  [{ events: { "m.room.message": 0 }, events_default: 50 }, false],
])("where the power levels are %j, whether one may send stickers is %s", (levels, may) => {
  const client = testClient();
  const room = testRoom(client);
  const state = (type: string, key: string, content: object) =>
    new MatrixEvent({ type, state_key: key, sender: ME, room_id: ROOM, event_id: `$${type}`, content });
  room.currentState.setStateEvents([
    state(EventType.RoomCreate, "", { room_version: "10" }),
    state(EventType.RoomMember, ME, { membership: "join" }),
    state(EventType.RoomPowerLevels, "", levels),
  ]);
  room.updateMyMembership("join");
  expect(detailsOf(client, room).rights).toMatchObject({ send: true, sendStickers: may });
});
