// Addresses of people, rooms and messages that any Matrix app opens.
import type { Room } from "matrix-js-sdk";

/** Servers that are named as ways into a room. */
const WAYS_MAX = 3;

export function personLink(userId: string): string {
  return `https://matrix.to/#/${encodeURIComponent(userId)}`;
}

export function aliasLink(alias: string): string {
  return `https://matrix.to/#/${encodeURIComponent(alias)}`;
}

/** A room by its address, if it has one, or by its id; a message always by the id of its room, which stays. */
export function roomLink(room: Room, eventId?: string): string {
  const alias = room.getCanonicalAlias();
  if (alias && !eventId) return aliasLink(alias);
  const parts = [room.roomId, ...(eventId ? [eventId] : [])].map(encodeURIComponent).join("/");
  const ways = waysInto(room).map((server) => `via=${encodeURIComponent(server)}`);
  return `https://matrix.to/#/${parts}${ways.length > 0 ? `?${ways.join("&")}` : ""}`;
}

/** The servers that are likeliest to stay: that of the most powerful member, then those with the most members. */
function waysInto(room: Room): string[] {
  const members = room.getJoinedMembers();
  const counts = new Map<string, number>();
  for (const { userId } of members) counts.set(serverOf(userId), (counts.get(serverOf(userId)) ?? 0) + 1);
  const strongest = members.reduce(
    (best, member) => (member.powerLevel > (best?.powerLevel ?? 0) ? member : best),
    members[0],
  );
  const byCount = [...counts].sort(([, left], [, right]) => right - left).map(([server]) => server);
  const ways = new Set([...(strongest ? [serverOf(strongest.userId)] : []), ...byCount]);
  return [...ways].slice(0, WAYS_MAX);
}

function serverOf(userId: string): string {
  return userId.slice(userId.indexOf(":") + 1);
}
