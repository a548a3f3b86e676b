// Servers that know the way to a room: its id does not have to name one.
import type { MatrixClient, Room } from "matrix-js-sdk";

/** As many as an address can hold without becoming long. */
const SERVERS_MAX = 3;

/** The own server first, then those that most members are at. */
export function viaOf(client: MatrixClient, room: Room | null): string[] {
  const own = client.getDomain() ?? "";
  const counts = new Map<string, number>();
  for (const { userId } of room?.getJoinedMembers() ?? []) {
    const server = serverOf(userId);
    if (server !== own) counts.set(server, (counts.get(server) ?? 0) + 1);
  }
  const others = [...counts].sort(([, left], [, right]) => right - left).map(([server]) => server);
  return [own, ...others].slice(0, SERVERS_MAX);
}

export function serverOf(id: string): string {
  return id.slice(id.indexOf(":") + 1);
}
