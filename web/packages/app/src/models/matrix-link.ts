// Links to people, rooms and messages, in both spellings of the specification: https://matrix.to/#/… and matrix:…
import type { Route } from "./route.ts";

export type MatrixLink =
  | { readonly kind: "person"; readonly userId: string }
  | {
      readonly kind: "room";
      /** Id or address. */
      readonly room: string;
      readonly eventId: string | undefined;
      readonly servers: readonly string[];
    };

const MATRIX_TO = /^https:\/\/matrix\.to\/#\//;
const SIGILS: Record<string, string> = {
  u: "@",
  r: "#",
  roomid: "!",
  e: "$",
  user: "@",
  room: "#",
  event: "$",
};

/** Nothing for what is no such link. */
export function matrixLinkOf(address: string): MatrixLink | undefined {
  const link = address.trim();
  const path = MATRIX_TO.test(link) ? link.replace(MATRIX_TO, "") : fromUri(link);
  if (path === undefined) return undefined;
  const [ids = "", query = ""] = path.split("?");
  let parts: string[];
  try {
    parts = ids.split("/").map(decodeURIComponent);
  } catch {
    return undefined;
  }
  const [id = "", eventId] = parts;
  if (isUserId(id)) return { kind: "person", userId: id };
  if (!isRoom(id)) return undefined;
  const servers = new URLSearchParams(query).getAll("via");
  return { kind: "room", room: id, eventId: eventId?.startsWith("$") ? eventId : undefined, servers };
}

/** `matrix:r/name:server/e/event` as `#name:server/$event`. */
function fromUri(link: string): string | undefined {
  const [, path = "", query = ""] = /^matrix:([^?]*)(\?.*)?$/.exec(link) ?? [];
  const [kind = "", id, relation = "", event] = path.split("/");
  if (!SIGILS[kind] || !id) return undefined;
  const tail = SIGILS[relation] === "$" && event ? `/${SIGILS[relation]}${event}` : "";
  return `${SIGILS[kind]}${id}${tail}${query}`;
}

/** What somebody typed or pasted to get to a room: a link, an address or an id. */
export function roomAddressOf(words: string): Extract<MatrixLink, { kind: "room" }> | undefined {
  const typed = words.trim();
  const link = matrixLinkOf(typed);
  if (link) return link.kind === "room" ? link : undefined;
  return isRoom(typed) ? { kind: "room", room: typed, eventId: undefined, servers: [] } : undefined;
}

export function isUserId(text: string): boolean {
  return /^@[^:\s]+:\S+$/.test(text);
}

/** Ids of newer rooms name no server. */
function isRoom(text: string): boolean {
  return /^#[^:\s]+:\S+$/.test(text) || /^!\S{2,}$/.test(text);
}

export function routeTo(link: Extract<MatrixLink, { kind: "room" }>): Route {
  return {
    kind: "room",
    roomId: link.room,
    ...(link.eventId ? { eventId: link.eventId } : {}),
    ...(link.servers.length > 0 ? { via: link.servers } : {}),
  };
}
