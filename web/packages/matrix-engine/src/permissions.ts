// From which power level on one may do what, read from and written into m.room.power_levels: pure.
import type { Permission, Permissions } from "@herold/engine";

export interface PowerLevels {
  readonly events?: Readonly<Record<string, number>>;
  readonly notifications?: Readonly<Record<string, number>>;
  readonly users_default?: number;
  readonly events_default?: number;
  readonly state_default?: number;
  readonly invite?: number;
  readonly kick?: number;
  readonly ban?: number;
  readonly redact?: number;
}

/** Those that stand as an own word in the event, with what holds where it is not said. */
const OWN = { invite: 0, kick: 50, ban: 50, redact: 50 } as const;
const STATE_DEFAULT = 50;

/** Those that are the sending of a kind of event. */
const EVENTS = {
  react: "m.reaction",
  pin: "m.room.pinned_events",
  name: "m.room.name",
  topic: "m.room.topic",
  avatar: "m.room.avatar",
  access: "m.room.join_rules",
  history: "m.room.history_visibility",
  addresses: "m.room.canonical_alias",
  children: "m.space.child",
  "image-packs": "m.room.image_pack",
  encrypt: "m.room.encryption",
  permissions: "m.room.power_levels",
  upgrade: "m.room.tombstone",
} as const;

const isOwn = (permission: Permission): permission is keyof typeof OWN => permission in OWN;

export function permissionsOf(levels: PowerLevels): Permissions {
  const send = levels.events_default ?? 0;
  const event = (kind: keyof typeof EVENTS): number =>
    levels.events?.[EVENTS[kind]] ?? (kind === "react" ? send : (levels.state_default ?? STATE_DEFAULT));
  const kinds = Object.keys(EVENTS) as (keyof typeof EVENTS)[];
  const own = Object.keys(OWN) as (keyof typeof OWN)[];
  return {
    send,
    "notify-room": levels.notifications?.room ?? 50,
    ...(Object.fromEntries(own.map((kind) => [kind, levels[kind] ?? OWN[kind]])) as Record<
      keyof typeof OWN,
      number
    >),
    ...(Object.fromEntries(kinds.map((kind) => [kind, event(kind)])) as Record<keyof typeof EVENTS, number>),
  };
}

/** The event with some permissions changed; everything else in it stays. */
export function withPermissions(levels: PowerLevels, change: Partial<Permissions>): PowerLevels {
  let changed: PowerLevels = levels;
  for (const [name, level] of Object.entries(change)) {
    const permission = name as Permission;
    if (permission === "send") changed = { ...changed, events_default: level };
    else if (permission === "notify-room")
      changed = { ...changed, notifications: { ...changed.notifications, room: level } };
    else if (isOwn(permission)) changed = { ...changed, [permission]: level };
    else changed = { ...changed, events: { ...changed.events, [EVENTS[permission]]: level } };
  }
  return changed;
}
