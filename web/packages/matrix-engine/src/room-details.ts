// What a room is, and what the person may do in it: pure, from its state.
import type { Access, HistoryVisibility, Member, Rights, RoomDetails } from "@herold/engine";
import { EventType, type MatrixClient, type Room } from "matrix-js-sdk";

import { notifyOf } from "./notify.ts";
import { profileIn } from "./summaries.ts";

const ACCESS: Record<string, Access> = {
  invite: "invite",
  knock: "knock",
  restricted: "restricted",
  knock_restricted: "knock-restricted",
  public: "public",
};

const HISTORY: Record<string, HistoryVisibility> = {
  joined: "joined",
  invited: "invited",
  shared: "shared",
  world_readable: "world",
};

export function detailsOf(client: MatrixClient, room: Room): RoomDetails {
  const state = room.currentState;
  const pinned: unknown = state.getStateEvents("m.room.pinned_events", "")?.getContent().pinned;
  const topic: unknown = state.getStateEvents("m.room.topic", "")?.getContent().topic;
  return {
    topic: typeof topic === "string" && topic !== "" ? topic : undefined,
    alias: room.getCanonicalAlias() ?? undefined,
    memberCount: room.getJoinedMemberCount(),
    access: ACCESS[room.getJoinRule()] ?? "invite",
    history: HISTORY[room.getHistoryVisibility()] ?? "shared",
    rights: rightsIn(room),
    pinned: Array.isArray(pinned) ? pinned.filter((id): id is string => typeof id === "string") : [],
    version: room.getVersion(),
    successor: successorOf(room),
    notify: notifyOf(client, room.roomId),
  };
}

function successorOf(room: Room): string | undefined {
  const to: unknown = room.currentState.getStateEvents("m.room.tombstone", "")?.getContent().replacement_room;
  return typeof to === "string" ? to : undefined;
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
  const members = room.getMembers();
  for (const { rawDisplayName } of members) shared.set(rawDisplayName, (shared.get(rawDisplayName) ?? 0) + 1);
  const order = new Intl.Collator();
  return members
    .map((member) => ({
      ...profileIn(room, member.userId),
      membership: MEMBERSHIP[member.membership ?? ""] ?? ("left" as const),
      powerLevel: member.powerLevel,
      nameIsShared: (shared.get(member.rawDisplayName) ?? 0) > 1,
    }))
    .sort((left, right) => right.powerLevel - left.powerLevel || order.compare(left.name, right.name));
}
