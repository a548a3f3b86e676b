// What a room is, and what the person may do in it: pure, from its state.
import type { Member, Rights, RoomDetails } from "@herold/engine";
import { EventType, type MatrixClient, type Room, type RoomMember } from "matrix-js-sdk";

import { accessOf, allowedSpaces, historyOf } from "./access.ts";
import { seenOf } from "./names.ts";
import { notifyOf } from "./notify.ts";
import { type PowerLevels, permissionsOf } from "./permissions.ts";
import { successorOf } from "./replaced.ts";
import { profileIn } from "./summaries.ts";

export function detailsOf(client: MatrixClient, room: Room): RoomDetails {
  const state = room.currentState;
  const pinned: unknown = state.getStateEvents("m.room.pinned_events", "")?.getContent().pinned;
  const levels: PowerLevels = state.getStateEvents("m.room.power_levels", "")?.getContent() ?? {};
  const topic: unknown = state.getStateEvents("m.room.topic", "")?.getContent().topic;
  return {
    topic: typeof topic === "string" && topic !== "" ? topic : undefined,
    alias: room.getCanonicalAlias() ?? undefined,
    memberCount: room.getJoinedMemberCount(),
    access: accessOf(room.getJoinRule()),
    accessSpaces: allowedSpaces(state.getStateEvents("m.room.join_rules", "")?.getContent()),
    history: historyOf(room.getHistoryVisibility()),
    myPowerLevel: room.getMember(room.myUserId)?.powerLevel ?? 0,
    permissions: permissionsOf(levels),
    defaultPowerLevel: levels.users_default ?? 0,
    creators: creatorsOf(room),
    rights: rightsIn(room),
    pinned: Array.isArray(pinned) ? pinned.filter((id): id is string => typeof id === "string") : [],
    version: room.getVersion(),
    successor: successorOf(room),
    predecessor: room.findPredecessor()?.roomId,
    notify: notifyOf(client.pushRules, room.roomId),
  };
}

/** Only they have power without end. */
function creatorsOf(room: Room): string[] {
  const create = room.currentState.getStateEvents("m.room.create", "");
  const others: unknown = create?.getContent().additional_creators;
  const named = [create?.getSender(), ...(Array.isArray(others) ? others : [])];
  return named.filter(
    (userId): userId is string =>
      typeof userId === "string" && room.getMember(userId)?.powerLevel === Number.POSITIVE_INFINITY,
  );
}

function rightsIn(room: Room): Rights {
  const state = room.currentState;
  const me = room.myUserId;
  const level = room.getMember(me)?.powerLevel ?? 0;
  const mayState = (type: string): boolean => state.maySendStateEvent(type, me);
  const may = (action: "invite" | "kick" | "ban" | "redact"): boolean =>
    state.hasSufficientPowerLevelFor(action, level);
  return {
    send: room.maySendMessage(),
    sendStickers: state.maySendEvent(EventType.Sticker, me),
    react: state.maySendEvent(EventType.Reaction, me),
    redactOthers: may("redact"),
    invite: may("invite"),
    kick: may("kick"),
    ban: may("ban"),
    pin: mayState("m.room.pinned_events"),
    rename: mayState("m.room.name"),
    setTopic: mayState("m.room.topic"),
    setAvatar: mayState("m.room.avatar"),
    setAccess: mayState("m.room.join_rules"),
    setHistory: mayState("m.room.history_visibility"),
    setPowerLevels: mayState("m.room.power_levels"),
    setAddresses: mayState("m.room.canonical_alias"),
    setChildren: mayState("m.space.child"),
    setImagePacks: mayState("m.room.image_pack"),
    upgrade: mayState("m.room.tombstone"),
    encrypt: mayState("m.room.encryption"),
    notifyRoom: state.mayTriggerNotifOfType("room", me),
  };
}

const MEMBERSHIP: Record<string, Member["membership"]> = {
  join: "joined",
  invite: "invited",
  knock: "knocking",
  ban: "banned",
};

/** Everybody, the most powerful first, then by name. */
export function membersOf(room: Room): Member[] {
  const shared = new Map<string, number>();
  const members = room.getMembers().map((member) => {
    const profile = profileIn(room, member.userId);
    const seen = seenOf(profile.name);
    shared.set(seen, (shared.get(seen) ?? 0) + 1);
    return { member, profile, seen };
  });
  const order = new Intl.Collator(undefined, { numeric: true });
  return members
    .map(({ member, profile, seen }) => ({
      ...profile,
      membership: MEMBERSHIP[member.membership ?? ""] ?? ("left" as const),
      powerLevel: member.powerLevel,
      reason: reasonOf(member),
      nameIsShared: (shared.get(seen) ?? 0) > 1,
    }))
    .sort((left, right) => byPower(left, right) || order.compare(left.name, right.name));
}

/** Infinite power minus infinite power is no number. */
function byPower(left: Member, right: Member): number {
  return left.powerLevel === right.powerLevel ? 0 : right.powerLevel - left.powerLevel;
}

function reasonOf({ membership, events }: RoomMember): string | undefined {
  const reason: unknown = events.member?.getContent().reason;
  return (membership === "knock" || membership === "ban") && typeof reason === "string" ? reason : undefined;
}
