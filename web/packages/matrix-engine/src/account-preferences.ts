// What a person decided for all their devices, as account data: the specification's kinds where there are some.
import type { AccountPreferences, QuietHours } from "@herold/engine";
import type { AccountDataEvents, MatrixClient } from "matrix-js-sdk";

type Kind = keyof AccountDataEvents;

/** Herold's own: `{ receipts, typing, online: boolean, quiet_hours: { from, to } }`; what is not there was not chosen. */
const OWN = "org.herold.preferences" as Kind;
/** Keeps people out of directories; the apps of Tchap write it too. */
const HIDE_PROFILE = "im.vector.hide_profile" as Kind;
const INVITE_PERMISSION = "m.invite_permission_config" as Kind;

export const PREFERENCE_KINDS: readonly string[] = [OWN, HIDE_PROFILE, INVITE_PERMISSION];

const MINUTES_OF_DAY = 24 * 60;

export type AccountData = (kind: string) => Record<string, unknown>;

export function accountDataOf(client: MatrixClient): AccountData {
  return (kind) => client.getAccountData(kind as Kind)?.getContent() ?? {};
}

export function preferencesIn(data: AccountData): AccountPreferences {
  const own = data(OWN);
  return {
    receipts: own.receipts !== false,
    typing: own.typing !== false,
    online: own.online !== false,
    findable: data(HIDE_PROFILE).hide_profile !== true,
    invitations: data(INVITE_PERMISSION).default_action !== "block",
    quietHours: quietHoursIn(own.quiet_hours),
  };
}

function quietHoursIn(value: unknown): QuietHours | undefined {
  const { from, to } = (value ?? {}) as Record<string, unknown>;
  return isMinute(from) && isMinute(to) && from !== to ? { from, to } : undefined;
}

function isMinute(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < MINUTES_OF_DAY;
}

/** Writes the kinds of account data that a change is about. Others' keys in them stay as they are. */
export async function keepPreferences(
  client: MatrixClient,
  changed: Partial<AccountPreferences>,
): Promise<void> {
  const data = accountDataOf(client);
  for (const [kind, content] of contentsOf(data, changed)) {
    await client.setAccountData(kind as Kind, content as never);
  }
}

export function contentsOf(
  data: AccountData,
  { findable, invitations, ...own }: Partial<AccountPreferences>,
): [kind: string, content: Record<string, unknown>][] {
  const contents: [string, Record<string, unknown>][] = [];
  if (Object.keys(own).length > 0) {
    const { quietHours, ...plain } = own;
    // What is undefined is left out of the JSON: no quiet hours.
    const hours = "quietHours" in own ? { quiet_hours: quietHours } : {};
    contents.push([OWN, { ...data(OWN), ...plain, ...hours }]);
  }
  if (findable !== undefined)
    contents.push([HIDE_PROFILE, { ...data(HIDE_PROFILE), hide_profile: !findable }]);
  if (invitations !== undefined) {
    const { default_action: _, ...others } = data(INVITE_PERMISSION);
    contents.push([INVITE_PERMISSION, invitations ? others : { ...others, default_action: "block" }]);
  }
  return contents;
}
