// Pages of a room's history, read past the SDK's timelines, which would keep all of it in memory.
import { Direction, Filter, type IRoomEventFilter, type MatrixClient, type MatrixEvent } from "matrix-js-sdk";

/** Events that are decrypted before the page gets a turn again. */
const DECRYPTED_TOGETHER = 20;

export interface HistoryPage {
  /** The newest first, decrypted as far as that can be. */
  readonly events: readonly MatrixEvent[];
  /** Where it goes on, backward; nothing at the beginning of the room. */
  readonly next: string | undefined;
}

export async function historyPage(
  client: MatrixClient,
  roomId: string,
  from: string | undefined,
  limit: number,
  wanted: IRoomEventFilter,
): Promise<HistoryPage> {
  const filter = new Filter(client.getUserId());
  filter.setDefinition({ room: { timeline: wanted } });
  const answer = await client.createMessagesRequest(roomId, from ?? null, limit, Direction.Backward, filter);
  const events = answer.chunk.map((event) => ({ ...event, room_id: roomId })).map(eventMapper(client));
  await decryptAll(client, events);
  const next = answer.end !== undefined && answer.end !== from ? answer.end : undefined;
  return { events, next };
}

/** Events that nobody hears of: the SDK would keep those for ever. */
export function eventMapper(client: MatrixClient): ReturnType<MatrixClient["getEventMapper"]> {
  return client.getEventMapper({ preventReEmit: true, decrypt: false });
}

/** With the edits that came with them; a few at a time, so that the page stays smooth. */
export async function decryptAll(client: MatrixClient, events: readonly MatrixEvent[]): Promise<void> {
  for (let at = 0; at < events.length; at += DECRYPTED_TOGETHER) {
    const some = events.slice(at, at + DECRYPTED_TOGETHER);
    const edits = some.map((event) => event.replacingEvent()).filter((event) => event !== null);
    await Promise.all([...some, ...edits].map((event) => decrypted(client, event)));
    await new Promise((resume) => setTimeout(resume));
  }
}

async function decrypted(client: MatrixClient, event: MatrixEvent): Promise<void> {
  // What cannot be decrypted says so itself.
  if (event.isEncrypted()) await client.decryptEventIfNeeded(event).catch(() => undefined);
}
