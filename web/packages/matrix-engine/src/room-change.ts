// What a person may change of a room, as the state events that say it.
import type { Access, HistoryVisibility, RoomChange } from "@herold/engine";
import type { MatrixClient } from "matrix-js-sdk";

const ACCESS: Record<Access, string> = {
  invite: "invite",
  knock: "knock",
  restricted: "restricted",
  "knock-restricted": "knock_restricted",
  public: "public",
};

const HISTORY: Record<HistoryVisibility, string> = {
  joined: "joined",
  invited: "invited",
  shared: "shared",
  world: "world_readable",
};

export async function changeRoom(client: MatrixClient, roomId: string, change: RoomChange): Promise<void> {
  const state = (type: string, content: object): Promise<unknown> =>
    client.sendStateEvent(roomId, type as never, content as never);
  const { name, topic, avatar, access, history, encrypted } = change;
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
  if (access !== undefined) {
    // Who else may enter stays as it is.
    const before =
      client.getRoom(roomId)?.currentState.getStateEvents("m.room.join_rules", "")?.getContent() ?? {};
    await state("m.room.join_rules", { ...before, join_rule: ACCESS[access] });
  }
  if (history !== undefined)
    await state("m.room.history_visibility", { history_visibility: HISTORY[history] });
  if (encrypted) await state("m.room.encryption", { algorithm: "m.megolm.v1.aes-sha2" });
}
