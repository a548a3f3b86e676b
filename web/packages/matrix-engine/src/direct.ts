// Which rooms are conversations with one other person, as the account notes it.
import type { MatrixClient } from "matrix-js-sdk";

const DIRECT = "m.direct";

/** The rooms that are noted for somebody. */
export function directRooms(client: MatrixClient, userId: string): string[] {
  const rooms = noted(client)[userId];
  return Array.isArray(rooms) ? rooms.map(String) : [];
}

export async function noteDirect(client: MatrixClient, userId: string, roomId: string): Promise<void> {
  const rooms = new Set([...directRooms(client, userId), roomId]);
  const content = { ...noted(client), [userId]: [...rooms] };
  await client.setAccountData(DIRECT as never, content as never);
}

function noted(client: MatrixClient): Record<string, unknown> {
  return client.getAccountData(DIRECT as never)?.getContent() ?? {};
}
