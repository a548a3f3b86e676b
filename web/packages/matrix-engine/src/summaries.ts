// One room as it stands in the list: pure, from what the SDK knows of it.
import type { Content, LastEvent, Membership, Profile, RoomSummary, Unread } from "@herold/engine";
import { type MatrixClient, type MatrixEvent, NotificationCountType, type Room } from "matrix-js-sdk";

import { contentOf } from "./content.ts";
import { personName, shownName } from "./names.ts";
import type { Around } from "./surroundings.ts";
import type { ThreadCounts } from "./thread-counts.ts";
import { fields, mxc, number } from "./values.ts";

/** How far back the last event that is worth telling is looked for. */
const LOOK_BACK = 50;

const MARKED_UNREAD = ["m.marked_unread", "com.famedly.marked_unread"];

/** Where a space was put among the others, as other apps write it too. */
export const SPACE_ORDER = "org.matrix.msc3230.space_order";

/** Stands for the way in which summaries are made here: another version of the app has another address. */
export const SUMMARIES_BY = import.meta.url;

export function membershipOf(membership: string): Membership {
  switch (membership) {
    case "join":
      return "joined";
    case "invite":
      return "invited";
    case "knock":
      return "knocking";
    default:
      return "left";
  }
}

export function profileIn(room: Room, userId: string): Profile {
  const member = room.getMember(userId);
  return {
    userId,
    name: personName(member?.rawDisplayName, userId),
    avatar: mxc(member?.getMxcAvatarUrl()),
  };
}

/** A name that shows nothing counts as none: such a room is called by its address or its people. */
export function roomNameOf(room: Room): string {
  const shown = shownName(room.name) ?? shownName(room.getDefaultRoomName(room.myUserId));
  if (shown !== undefined) return shown;
  const other = room.getMembers().find(({ userId }) => userId !== room.myUserId);
  return profileIn(room, other?.userId ?? room.myUserId).name;
}

export function summaryOf(
  client: MatrixClient,
  room: Room,
  around: Around,
  counts: ThreadCounts,
): RoomSummary {
  const membership = membershipOf(room.getMyMembership());
  const me = client.getSafeUserId();
  const last = lastEvent(room, me);
  const tags = fields(room.tags);
  const direct = around.direct ?? directInvitation(room, me);
  return {
    roomId: room.roomId,
    name: roomNameOf(room),
    avatar:
      mxc(room.getMxcAvatarUrl()) ??
      (direct ? mxc(room.getAvatarFallbackMember()?.getMxcAvatarUrl()) : undefined),
    membership,
    direct,
    space: room.isSpaceRoom(),
    parents: around.parents,
    encrypted: room.hasEncryptionStateEvent(),
    favourite: "m.favourite" in tags,
    lowPriority: "m.lowpriority" in tags,
    order: number(fields(tags["m.favourite"]).order),
    spaceOrder: spaceOrderOf(room),
    muted: around.muted,
    unread: unreadOf(room, me, counts),
    last,
    recencyMs: recencyOf(room, membership, last),
    ...invitation(room, me, membership),
  };
}

/** What is no order by the specification is none. */
function spaceOrderOf(room: Room): string | undefined {
  const order: unknown = room.getAccountData(SPACE_ORDER)?.getContent().order;
  return typeof order === "string" && /^[ -~]{1,50}$/.test(order) ? order : undefined;
}

function directInvitation(room: Room, me: string): string | undefined {
  return room.getMyMembership() === "invite" ? room.getMember(me)?.getDMInviter() : undefined;
}

function unreadOf(room: Room, me: string, counts: ThreadCounts): Unread {
  const notifications =
    room.getRoomUnreadNotificationCount(NotificationCountType.Total) + counts.in(room.roomId);
  const mentions = room.getUnreadNotificationCount(NotificationCountType.Highlight);
  const byHand = MARKED_UNREAD.some((type) => room.getAccountData(type)?.getContent().unread === true);
  return { notifications, mentions, marked: byHand || (notifications === 0 && hasQuietNews(room, me)) };
}

/** Something was said since the person was here, though nothing that notifies. */
function hasQuietNews(room: Room, me: string): boolean {
  const newest = newestSaid(room);
  if (!newest || newest.getSender() === me) return false;
  return !room.hasUserReadEvent(me, newest.getId() ?? "");
}

function newestSaid(room: Room): MatrixEvent | undefined {
  return recent(room).find((event) => {
    const type = event.getType();
    return type === "m.room.message" || type === "m.room.encrypted" || type === "m.sticker";
  });
}

/** The newest events, the newest first. */
function recent(room: Room): MatrixEvent[] {
  return room.getLiveTimeline().getEvents().slice(-LOOK_BACK).reverse();
}

function lastEvent(room: Room, me: string): LastEvent | undefined {
  for (const event of recent(room)) {
    if (event.isRelation("m.replace")) continue;
    const content = contentOf(event, (userId) => profileIn(room, userId));
    if (!content || !isNews(content)) continue;
    const sender = event.getSender() ?? "";
    return { sender: profileIn(room, sender), mine: sender === me, atMs: event.getTs(), content };
  }
  return undefined;
}

/** Of what happens to a room. What is done to it besides, and how people look, brings no room to the top. */
const NEWS: ReadonlySet<string> = new Set(["created", "encrypted", "name", "topic", "avatar", "upgraded"]);

function isNews(content: Content): boolean {
  if (content.kind === "room") return NEWS.has(content.change.what);
  if (content.kind !== "membership") return true;
  return content.change !== "renamed" && content.change !== "avatar-changed";
}

/** Invitations stand where they came; rooms without a word stand where they were entered. */
function recencyOf(room: Room, membership: Membership, last: LastEvent | undefined): number {
  if (membership !== "joined") return room.getMember(room.myUserId)?.events.member?.getTs() ?? 0;
  return last?.atMs ?? room.getMember(room.myUserId)?.events.member?.getTs() ?? 0;
}

function invitation(
  room: Room,
  me: string,
  membership: Membership,
): Pick<RoomSummary, "invitedBy" | "invitationReason"> {
  const event = membership === "invited" ? room.getMember(me)?.events.member : undefined;
  const reason: unknown = event?.getContent().reason;
  return {
    invitedBy: event ? profileIn(room, event.getSender() ?? "") : undefined,
    invitationReason: typeof reason === "string" ? reason : undefined,
  };
}
