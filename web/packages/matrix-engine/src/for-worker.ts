// What the service worker asks of Matrix when no page of the app is open: the server is asked with the account's token,
// and what is encrypted is read with a key that is here (docs/decisions/0011). Nothing of the SDK may be imported here.
import { plainOf } from "@herold/engine/plain";

import { personName, shownName } from "./names.ts";
import { storedAccount } from "./stored-accounts.ts";
import type { Unseal } from "./unsealing.ts";

export { keyStoreVersion } from "./key-store.ts";
export { storedAccount } from "./stored-accounts.ts";
export { type Opener, type Unseal, unsealing } from "./unsealing.ts";

export type Kind = "text" | "emote" | "image" | "video" | "audio" | "file" | "location";

export interface PushedEvent {
  readonly roomName: string | undefined;
  readonly direct: boolean;
  readonly senderName: string;
  /** Nothing when it cannot be read here. */
  readonly line: { readonly kind: Kind; readonly text: string | undefined } | undefined;
}

/** Browsers give a push only so much time. */
const WITHIN_MS = 10_000;

/**
 * The event, as far as it can be told here; nothing when the server does not tell it. What is encrypted is read by
 * `unseal`, and stays closed without it.
 */
export async function pushedEvent(
  userId: string,
  roomId: string,
  eventId: string,
  unseal?: Unseal,
): Promise<PushedEvent | undefined> {
  const account = await storedAccount(userId);
  if (!account) return undefined;
  const abort = AbortSignal.timeout(WITHIN_MS);
  const ask = async (path: string): Promise<Record<string, unknown> | undefined> => {
    try {
      const answer = await fetch(`${account.address}/_matrix/client/v3${path}`, {
        headers: { authorization: `Bearer ${account.accessToken}` },
        signal: abort,
      });
      return answer.ok ? await answer.json() : undefined;
    } catch {
      return undefined;
    }
  };
  const room = `/rooms/${encodeURIComponent(roomId)}`;
  const [event, name, direct] = await Promise.all([
    ask(`${room}/event/${encodeURIComponent(eventId)}`),
    ask(`${room}/state/m.room.name`),
    ask(`/user/${encodeURIComponent(userId)}/account_data/m.direct`),
  ]);
  if (typeof event?.sender !== "string") return undefined;
  const sealed = event.type === "m.room.encrypted";
  const [member, unsealed] = await Promise.all([
    ask(`${room}/state/m.room.member/${encodeURIComponent(event.sender)}`),
    sealed ? unseal?.(userId, roomId, event) : undefined,
  ]);
  return {
    roomName: shownName(name?.name),
    direct: Object.values(direct ?? {}).some((rooms) => Array.isArray(rooms) && rooms.includes(roomId)),
    senderName: personName(member?.displayname, event.sender),
    line: lineIn(unsealed ?? event),
  };
}

const KINDS: ReadonlyMap<string, Kind> = new Map([
  ["m.text", "text"],
  ["m.notice", "text"],
  ["m.emote", "emote"],
  ["m.image", "image"],
  ["m.video", "video"],
  ["m.audio", "audio"],
  ["m.file", "file"],
  ["m.location", "location"],
]);

export function lineIn(event: Record<string, unknown>): PushedEvent["line"] {
  const content = (event.content ?? {}) as Record<string, unknown>;
  const kind = event.type === "m.room.message" ? KINDS.get(text(content.msgtype) ?? "") : undefined;
  if (!kind) return undefined;
  const [body, filename] = [text(content.body), text(content.filename)];
  const wordless = filename === undefined || filename === body;
  // Of a picture its words are told, and not what its file is called.
  if (kind === "image" || kind === "video") return { kind, text: wordless ? undefined : body };
  if (wordless && (kind === "audio" || kind === "file")) return { kind, text: shownName(body) };
  const html = content.format === "org.matrix.custom.html" ? text(content.formatted_body) : undefined;
  return { kind, text: html ? plainOf({ plain: body ?? "", html }) : body };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}
