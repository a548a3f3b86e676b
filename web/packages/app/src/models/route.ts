// Where in the app the person is, as the part of the address after `#`, which never reaches a server.

/** The pages of the settings, in the order in which they stand. */
export const SETTINGS = [
  "account",
  "devices",
  "encryption",
  "notifications",
  "privacy",
  "appearance",
  "language",
  "keyboard",
  "about",
] as const;
export type Settings = (typeof SETTINGS)[number];

export type Route =
  | { readonly kind: "home" }
  | {
      readonly kind: "room";
      /** Of a room that one is not in, its address as well. */
      readonly roomId: string;
      readonly eventId?: string;
      /** Servers that know the way to it. */
      readonly via?: readonly string[];
      /** What stands beside the conversation. */
      readonly panel?: Panel;
    }
  | {
      /** What a space holds, with a way into it. */
      readonly kind: "space";
      readonly roomId: string;
      readonly panel?: Panel;
    }
  /** Rooms that anybody may find. */
  | { readonly kind: "explore" }
  /** Without a page: the list of them, where there is room for only one of the two. */
  | { readonly kind: "settings"; readonly page?: Settings };

export type Panel =
  | {
      readonly kind: "thread";
      readonly rootId: string;
      /** The answer to go to. */
      readonly eventId?: string;
    }
  | { readonly kind: (typeof PANELS)[number] }
  | { readonly kind: "person"; readonly userId: string };

const PANELS = ["details", "members", "settings", "threads", "pinned", "files", "search"] as const;

/** Anything that is no place of the app is its home. */
export function routeOf(hash: string): Route {
  const [path = "", query = ""] = hash.split("?");
  const [place = "", ...rest] = parts(path);
  if (place === "room" && rest[0]) {
    const [roomId, ...more] = rest;
    const eventId = more[0]?.startsWith("$") ? more.shift() : undefined;
    const panel = panelOf(more);
    const via = new URLSearchParams(query).getAll("via");
    return {
      kind: "room",
      roomId,
      ...(eventId ? { eventId } : {}),
      ...(via.length > 0 ? { via } : {}),
      ...(panel ? { panel } : {}),
    };
  }
  if (place === "space" && rest[0]) {
    const panel = panelOf(rest.slice(1));
    return { kind: "space", roomId: rest[0], ...(panel ? { panel } : {}) };
  }
  if (place === "explore") return { kind: "explore" };
  if (place === "settings") {
    const page = SETTINGS.find((known) => known === rest[0]);
    return { kind: "settings", ...(page ? { page } : {}) };
  }
  return { kind: "home" };
}

/** A place in the app of one of several accounts, as links from outside the app name it. */
export function placeOf(hash: string): { readonly userId: string | undefined; readonly route: Route } {
  const [first, userId, ...rest] = parts(hash);
  if (first !== "as" || !userId) return { userId: undefined, route: routeOf(hash) };
  return { userId, route: routeOf(joined(...rest)) };
}

export function hashAs(userId: string, route: Route): string {
  return `${joined("as", userId)}${hashOf(route).slice(1)}`;
}

function parts(hash: string): string[] {
  try {
    return hash
      .replace(/^#?\/?/, "")
      .split("/")
      .map(decodeURIComponent);
  } catch {
    return [];
  }
}

function panelOf([kind, id, eventId]: string[]): Panel | undefined {
  if (kind === "thread" && id) return { kind, rootId: id, ...(eventId ? { eventId } : {}) };
  if (kind === "person" && id) return { kind, userId: id };
  const named = PANELS.find((panel) => panel === kind);
  return named && { kind: named };
}

export function hashOf(route: Route): string {
  switch (route.kind) {
    case "home":
      return "#/";
    case "explore":
      return "#/explore";
    case "space":
      return joined("space", route.roomId, ...panelParts(route.panel));
    case "settings":
      return joined("settings", route.page);
    case "room":
      return joined("room", route.roomId, route.eventId, ...panelParts(route.panel)) + queryOf(route.via);
  }
}

/** The same place with another panel beside it, or none. Places without a room have no panels. */
export function withPanel(route: Route, panel: Panel | undefined): Route {
  if (route.kind !== "room" && route.kind !== "space") return route;
  const { panel: _, ...place } = route;
  return panel ? { ...place, panel } : place;
}

function panelParts(panel: Panel | undefined): (string | undefined)[] {
  if (!panel) return [];
  if (panel.kind === "thread") return [panel.kind, panel.rootId, panel.eventId];
  return panel.kind === "person" ? [panel.kind, panel.userId] : [panel.kind];
}

function joined(...all: (string | undefined)[]): string {
  return `#/${all
    .filter((part) => part !== undefined)
    .map(encodeURIComponent)
    .join("/")}`;
}

function queryOf(via: readonly string[] | undefined): string {
  return via ? `?${new URLSearchParams(via.map((server) => ["via", server]))}` : "";
}
