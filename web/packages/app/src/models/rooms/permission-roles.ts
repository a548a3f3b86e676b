// Who may do something, said by roles instead of numbers: pure.
import type { Permission, RoomDetails } from "@herold/engine";

export type PermissionRole = "member" | "moderator" | "administrator" | "creator";

const MODERATOR = 50;
const ADMINISTRATOR = 100;
/** Above all that can be given: only those reach it who founded the room. */
const CREATOR = 150;

type Levels = Pick<RoomDetails, "defaultPowerLevel" | "creators" | "myPowerLevel">;

/** The lowest role that reaches a power level. */
export function roleWith(
  level: number,
  { defaultPowerLevel }: Pick<Levels, "defaultPowerLevel">,
): PermissionRole {
  if (level <= defaultPowerLevel) return "member";
  if (level <= MODERATOR) return "moderator";
  return level <= ADMINISTRATOR ? "administrator" : "creator";
}

export function levelOfPermission(
  role: PermissionRole,
  { defaultPowerLevel }: Pick<Levels, "defaultPowerLevel">,
): number {
  return { member: defaultPowerLevel, moderator: MODERATOR, administrator: ADMINISTRATOR, creator: CREATOR }[
    role
  ];
}

/** Nobody may ask for more than they have themselves; rooms without founders have nothing above administrators. */
export function permissionRoles(level: number, details: Levels): readonly PermissionRole[] {
  const all: PermissionRole[] = ["member", "moderator", "administrator"];
  if (details.creators.length > 0) all.push("creator");
  const now = roleWith(level, details);
  return all.filter((role) => role === now || levelOfPermission(role, details) <= details.myPowerLevel);
}

const FOR_ROOMS: readonly Permission[] = [
  "send",
  "react",
  "notify-room",
  "pin",
  "invite",
  "redact",
  "kick",
  "ban",
  "name",
  "topic",
  "avatar",
  "access",
  "history",
  "addresses",
  "image-packs",
  "encrypt",
  "permissions",
  "upgrade",
];

const FOR_SPACES: readonly Permission[] = [
  "children",
  "invite",
  "kick",
  "ban",
  "name",
  "topic",
  "avatar",
  "access",
  "addresses",
  "image-packs",
  "permissions",
  "upgrade",
];

/** What is worth deciding, the most common first. */
export const permissionsFor = (space: boolean): readonly Permission[] => (space ? FOR_SPACES : FOR_ROOMS);
