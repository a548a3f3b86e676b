// One event as one item of the conversation: from the SDK's objects to data.
import type {
  Content,
  Failure,
  Profile,
  Reaction,
  Reply,
  SendState,
  Shield,
  ThreadSummary,
  TimelineItem,
} from "@herold/engine";
import {
  EventStatus,
  type EventTimelineSet,
  type MatrixEvent,
  NotificationCountType,
  type Room,
  type Thread,
} from "matrix-js-sdk";

import { outcomeOf } from "./call-log.ts";
import { contentOf } from "./content.ts";
import { failureOf } from "./failures.ts";
import type { Polls } from "./polls.ts";
import { profileIn } from "./summaries.ts";
import type { ThreadCounts } from "./thread-counts.ts";
import { isWaiting } from "./unsent.ts";

/** What an item is made of besides its event. */
export interface ItemContext {
  readonly room: Room;
  readonly timelineSet: EventTimelineSet;
  /** Set when the conversation is one thread: its items say nothing of the thread. */
  readonly thread: string | undefined;
  readonly polls: Polls;
  readonly counts: ThreadCounts;
  shield(event: MatrixEvent): Shield;
  /** The message that is answered, if it is here or was fetched; asking fetches it. */
  answered(eventId: string): MatrixEvent | undefined;
}

/** The same from the local echo on, so that a sent message does not blink. */
export function itemId(event: MatrixEvent): string {
  return event.getTxnId() ?? event.getUnsigned().transaction_id ?? event.getId() ?? "";
}

export function itemOf(event: MatrixEvent, context: ItemContext): TimelineItem | undefined {
  const { room } = context;
  // Edits and reactions show on what they are about.
  if (event.isRelation("m.replace") || event.isRelation("m.annotation")) return undefined;
  const named = (userId: string): Profile => profileIn(room, userId);
  const said = contentOf(event, named);
  const content = said && withWhatFollowed(event, said, context);
  if (!content) return undefined;
  const me = room.myUserId;
  const mine = event.getSender() === me;
  const state = sendState(event);
  return {
    id: itemId(event),
    eventId: state.kind === "sent" ? event.getId() : undefined,
    sender: named(event.getSender() ?? ""),
    mine,
    atMs: event.getTs(),
    content,
    state,
    edited: event.replacingEvent() !== null && content.kind !== "redacted",
    encryption: context.shield(event),
    reply: replyOf(event, context, named),
    thread: context.thread ? undefined : threadOf(event.getId() ?? "", room, context.counts, named),
    reactions: reactionsOf(event, context, named),
    readBy: [],
    mentionsMe: !mine && event.getPushActions()?.tweaks?.highlight === true,
    can: rights(event, content, room, mine),
  };
}

/** Votes of a poll, and what became of a call. */
function withWhatFollowed(
  event: MatrixEvent,
  said: Content,
  { polls, timelineSet }: ItemContext,
): Content | undefined {
  if (said.kind === "poll") return { ...said, poll: polls.counted(event, said.poll) };
  if (said.kind !== "call") return said;
  const outcome = outcomeOf(event, timelineSet, Date.now());
  return outcome && { ...said, outcome };
}

function sendState(event: MatrixEvent): SendState {
  switch (event.status) {
    case EventStatus.NOT_SENT:
      return isWaiting(event)
        ? { kind: "waiting", lostWithPage: false }
        : { kind: "failed", reason: reasonOf(event) };
    case null:
    case EventStatus.SENT:
      return { kind: "sent" };
    case EventStatus.CANCELLED:
      return { kind: "failed", reason: "cancelled" };
    case EventStatus.SENDING:
      return { kind: "sending", progress: undefined, mayStop: false };
    default:
      return { kind: "sending", progress: undefined, mayStop: true };
  }
}

function reasonOf(event: MatrixEvent): Failure["reason"] {
  return event.error ? failureOf(event.error).reason : "unreachable";
}

function rights(event: MatrixEvent, content: Content, room: Room, mine: boolean): TimelineItem["can"] {
  const sent = event.status === null || event.status === EventStatus.SENT;
  const said = content.kind !== "membership" && content.kind !== "room" && content.kind !== "redacted";
  const words = content.kind === "text" || content.kind === "emote" || content.kind === "notice";
  return {
    edit: mine && sent && words,
    redact: sent && said && (mine || room.currentState.hasSufficientPowerLevelFor("redact", powerOf(room))),
  };
}

function powerOf(room: Room): number {
  return room.getMember(room.myUserId)?.powerLevel ?? 0;
}

function replyOf(
  event: MatrixEvent,
  context: ItemContext,
  named: (userId: string) => Profile,
): Reply | undefined {
  const eventId = event.replyEventId;
  // Threads answer their newest message for clients that know no threads: that is no answer.
  const relation = event.getWireContent()["m.relates_to"];
  if (!eventId || (relation?.rel_type === "m.thread" && relation.is_falling_back === true)) return undefined;
  const answered = context.answered(eventId);
  if (!answered) return { eventId, sender: undefined, content: undefined };
  return { eventId, sender: named(answered.getSender() ?? ""), content: contentOf(answered, named) };
}

export function threadOf(
  rootId: string,
  room: Room,
  counts: ThreadCounts,
  named: (userId: string) => Profile,
): ThreadSummary | undefined {
  const thread = room.getThread(rootId);
  if (!thread || thread.length === 0) return undefined;
  const latest = thread.replyToEvent;
  const content = latest ? contentOf(latest, named) : undefined;
  return {
    rootId: thread.id,
    count: thread.length,
    latest:
      latest && content
        ? { sender: named(latest.getSender() ?? ""), content, atMs: latest.getTs() }
        : undefined,
    unread: unreadIn(thread, room, counts),
  };
}

/** How many there are the server says; which of them mention the person it cannot, where they are encrypted. */
function unreadIn(thread: Thread, room: Room, counts: ThreadCounts): ThreadSummary["unread"] {
  const mentions = room.hasEncryptionStateEvent()
    ? mentionsIn(thread, room)
    : room.getThreadUnreadNotificationCount(thread.id, NotificationCountType.Highlight);
  return { notifications: Math.max(mentions, counts.of(room.roomId, thread.id)), mentions };
}

const UNREAD_MAX = 100;

/** Among the answers that are here. */
function mentionsIn(thread: Thread, room: Room): number {
  const me = room.myUserId;
  const readUpTo = thread.getReadReceiptForUserId(me)?.eventId;
  // Apps that know no threads say that everything up to a time was read.
  const readUpToMs = room.getLastUnthreadedReceiptFor(me)?.ts ?? 0;
  let mentions = 0;
  for (const event of thread.events.slice(-UNREAD_MAX).reverse()) {
    const eventId = event.getId() ?? "";
    if (event.getSender() === me || eventId === readUpTo || event.getTs() <= readUpToMs) break;
    if (eventId === thread.id || event.isRedacted()) continue;
    const actions = room.client.getPushActionsForEvent(event);
    if (actions?.notify && actions.tweaks?.highlight) mentions += 1;
  }
  return mentions;
}

function reactionsOf(
  event: MatrixEvent,
  { timelineSet, room }: ItemContext,
  named: (userId: string) => Profile,
): Reaction[] {
  const eventId = event.getId();
  if (!eventId || event.isRedacted()) return [];
  const relations = timelineSet.relations.getChildEventsForEvent(eventId, "m.annotation", "m.reaction");
  const reactions: Reaction[] = [];
  for (const [key, events] of relations?.getSortedAnnotationsByKey() ?? []) {
    const senders = [
      ...new Set([...events].filter((one) => !one.isRedacted()).map((one) => one.getSender() ?? "")),
    ];
    if (senders.length === 0) continue;
    reactions.push({ key, by: senders.map(named), mine: senders.includes(room.myUserId) });
  }
  return reactions;
}
