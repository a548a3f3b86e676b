// What a person may change of a room, as the state events that say it.
import type { RoomChange } from "@herold/engine";
import type { MatrixClient } from "matrix-js-sdk";

import { accessOf, allowedSpaces, HISTORY, joinRules } from "./access.ts";
import { ENCRYPTION } from "./creating.ts";

export async function changeRoom(client: MatrixClient, roomId: string, change: RoomChange): Promise<void> {
  const state = (type: string, content: object): Promise<unknown> =>
    client.sendStateEvent(roomId, type as never, content as never);
  const { name, topic, avatar, access, accessSpaces, history, encrypted } = change;
  if (name !== undefined) await state("m.room.name", { name });
  if (topic !== undefined) await client.setRoomTopic(roomId, topic);
  if (avatar === null) await state("m.room.avatar", {});
  else if (avatar) {
    const { content_uri: url } = await client.uploadContent(avatar, {
      includeFilename: false,
      type: avatar.type,
    });
    await state("m.room.avatar", { url, info: { mimetype: avatar.type, size: avatar.size } });
  }
  if (access !== undefined || accessSpaces !== undefined) {
    const before =
      client.getRoom(roomId)?.currentState.getStateEvents("m.room.join_rules", "")?.getContent() ?? {};
    // Who else may enter stays as it is.
    const [rule, spaces] = [access ?? accessOf(before.join_rule), accessSpaces ?? allowedSpaces(before)];
    await state("m.room.join_rules", joinRules(rule, spaces, before));
  }
  if (history !== undefined)
    await state("m.room.history_visibility", { history_visibility: HISTORY[history] });
  if (encrypted) await state("m.room.encryption", ENCRYPTION);
}
