// What the store has of rooms, on its way from its worker to the page: each as a text that is read when its turn comes. A
// page that is handed thousands of rooms as objects stands still for as long as the browser makes them.
// Nothing of the SDK may be imported here.

type ByRoom = Readonly<Record<string, unknown>>;

/** An answer of the store's worker, of which only what was saved is large. */
export function packed(message: unknown): unknown {
  const { result } = message as { result?: { roomsData?: Record<string, ByRoom> } | null };
  if (!result?.roomsData) return message;
  const roomsData: Record<string, Record<string, string>> = {};
  for (const [kind, rooms] of Object.entries(result.roomsData)) {
    const texts = Object.entries(rooms).map(([roomId, room]) => [roomId, JSON.stringify(room)]);
    roomsData[kind] = Object.fromEntries(texts);
  }
  return { ...(message as object), result: { ...result, roomsData } };
}

export function unpacked(room: unknown): unknown {
  return typeof room === "string" ? JSON.parse(room) : room;
}
