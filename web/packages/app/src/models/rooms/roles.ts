// Power levels as roles that people know, and what follows from them: pure.
import type { Member, RoomDetails } from "@herold/engine";

export type Role = "creator" | "administrator" | "moderator" | "member" | "silenced";
/** What may be given to somebody; a creator is made with the room. */
export type GivenRole = Exclude<Role, "creator">;

export const GIVEN_ROLES: readonly GivenRole[] = ["administrator", "moderator", "member", "silenced"];

const ADMINISTRATOR = 100;
const MODERATOR = 50;

type Levels = Pick<RoomDetails, "permissions" | "defaultPowerLevel">;

export function roleOf(powerLevel: number, { permissions }: Levels): Role {
  if (powerLevel === Number.POSITIVE_INFINITY) return "creator";
  if (powerLevel >= ADMINISTRATOR) return "administrator";
  if (powerLevel >= MODERATOR) return "moderator";
  return powerLevel < permissions.send ? "silenced" : "member";
}

export function levelOf(role: GivenRole, { permissions, defaultPowerLevel }: Levels): number {
  switch (role) {
    case "administrator":
      return ADMINISTRATOR;
    case "moderator":
      return MODERATOR;
    case "member":
      return defaultPowerLevel;
    case "silenced":
      return Math.min(permissions.send, defaultPowerLevel) - 1;
  }
}

/** Roles that somebody may be given; nothing where nothing may be changed. */
export function rolesFor(
  member: Pick<Member, "userId" | "powerLevel">,
  me: string,
  details: Levels & Pick<RoomDetails, "rights" | "myPowerLevel">,
): readonly GivenRole[] {
  const { rights, myPowerLevel } = details;
  const mine = member.userId === me;
  if (!rights.setPowerLevels || member.powerLevel === Number.POSITIVE_INFINITY) return [];
  // Whoever stands as high as oneself is out of reach; oneself one may only lower.
  if (!mine && member.powerLevel >= myPowerLevel) return [];
  return GIVEN_ROLES.filter((role) => levelOf(role, details) <= myPowerLevel);
}

/** Whether one may act upon somebody who has this power level: remove, ban. */
export function standsBelow(
  powerLevel: number,
  { myPowerLevel }: Pick<RoomDetails, "myPowerLevel">,
): boolean {
  return powerLevel < myPowerLevel;
}

/** Nobody who stays could give roles any more. */
export function isLastAdministrator(
  members: readonly Pick<Member, "userId" | "membership" | "powerLevel">[],
  me: string,
  { permissions, rights }: Pick<RoomDetails, "permissions" | "rights">,
): boolean {
  const others = members.filter(({ userId, membership }) => membership === "joined" && userId !== me);
  return (
    rights.setPowerLevels &&
    others.length > 0 &&
    !others.some(({ powerLevel }) => powerLevel >= permissions.permissions)
  );
}
