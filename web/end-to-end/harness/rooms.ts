// Rooms that are there when a scenario begins: how people make them is a scenario of its own.
import { asPerson, userId } from "./api.ts";

export interface NewRoom {
  readonly name?: string;
  readonly encrypted?: boolean;
  /** How many messages a key is for, where it is not the usual. */
  readonly keyFor?: number;
}

/** A room that the first of `names` made and the others joined; answers with its id. */
export async function roomOf(url: string, names: readonly string[], wanted: NewRoom = {}): Promise<string> {
  const [maker = "", ...others] = names;
  const encryption = {
    algorithm: "m.megolm.v1.aes-sha2",
    ...(wanted.keyFor ? { rotation_period_msgs: wanted.keyFor } : {}),
  };
  const invite = await Promise.all(others.map((name) => userId(url, name)));
  const { room_id: roomId } = await asPerson(url, maker, (ask) =>
    ask("POST", "/v3/createRoom", {
      preset: "private_chat",
      ...(wanted.name ? { name: wanted.name } : {}),
      invite,
      initial_state: wanted.encrypted
        ? [{ type: "m.room.encryption", state_key: "", content: encryption }]
        : [],
    }),
  );
  for (const other of others)
    await asPerson(url, other, (ask) => ask("POST", `/v3/join/${encodeURIComponent(roomId)}`));
  return roomId;
}

/** Says things in a room that is not encrypted, one after the other; answers with the ids. */
export function sayIn(
  url: string,
  name: string,
  roomId: string,
  contents: readonly object[],
  type = "m.room.message",
): Promise<string[]> {
  return asPerson(url, name, async (ask) => {
    const ids: string[] = [];
    for (const [index, content] of contents.entries()) {
      const place = `/v3/rooms/${encodeURIComponent(roomId)}/send/${type}/${Date.now()}-${index}`;
      ids.push((await ask("PUT", place, content)).event_id);
    }
    return ids;
  });
}
