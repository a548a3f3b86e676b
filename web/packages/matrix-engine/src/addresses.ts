// The addresses of a room on this server, and which of them is shown.
import type { MatrixClient, Room } from "matrix-js-sdk";
import { Visibility } from "matrix-js-sdk";

import { failing } from "./failures.ts";

interface CanonicalAlias {
  readonly alias?: string;
  readonly alt_aliases?: readonly string[];
}

const MEANT = { M_UNKNOWN: "name-taken", M_ROOM_IN_USE: "name-taken", M_BAD_ALIAS: "name-invalid" } as const;

export async function addAddress(client: MatrixClient, room: Room, localPart: string): Promise<void> {
  const alias = `#${localPart}:${client.getDomain() ?? ""}`;
  await failing(() => client.createAlias(alias, room.roomId), MEANT);
}

/** Nobody is shown an address that leads nowhere. */
export async function removeAddress(client: MatrixClient, room: Room, address: string): Promise<void> {
  await failing(() => client.deleteAlias(address));
  const { alias, alt_aliases: others = [] } = contentOf(room);
  if (alias !== address && !others.includes(address)) return;
  await write(client, room, {
    ...(alias && alias !== address ? { alias } : {}),
    alt_aliases: others.filter((other) => other !== address),
  });
}

export async function setMainAddress(
  client: MatrixClient,
  room: Room,
  address: string | undefined,
): Promise<void> {
  const { alias, alt_aliases: others = [] } = contentOf(room);
  const rest = new Set([...others, ...(alias ? [alias] : [])].filter((other) => other !== address));
  await write(client, room, { ...(address ? { alias: address } : {}), alt_aliases: [...rest] });
}

export async function isListed(client: MatrixClient, roomId: string): Promise<boolean> {
  const { visibility } = await failing(() => client.getRoomDirectoryVisibility(roomId));
  return visibility === Visibility.Public;
}

export async function setListed(client: MatrixClient, roomId: string, listed: boolean): Promise<void> {
  const visibility = listed ? Visibility.Public : Visibility.Private;
  await failing(() => client.setRoomDirectoryVisibility(roomId, visibility));
}

function contentOf(room: Room): CanonicalAlias {
  return room.currentState.getStateEvents("m.room.canonical_alias", "")?.getContent<CanonicalAlias>() ?? {};
}

async function write(client: MatrixClient, room: Room, content: CanonicalAlias): Promise<void> {
  await failing(() =>
    client.sendStateEvent(room.roomId, "m.room.canonical_alias" as never, content as never),
  );
}
