// What became of a call, from the events that speak of it: they stand near each other in the conversation.
import type { Content } from "@herold/engine";
import type { EventTimelineSet, MatrixEvent } from "matrix-js-sdk";

import { number, text } from "./values.ts";

/** Events after an invitation that are looked at. */
const LOOKED_AT = 200;
/** How long a call rings, when its invitation does not say. */
const LIFETIME_MS = 60_000;

const CALL = /^m\.call\.(invite|answer|hangup|reject|select_answer)$/;

export const isCallEvent = (event: MatrixEvent): boolean => CALL.test(event.getType());

export const isCallInvite = (event: MatrixEvent): boolean => event.getType() === "m.call.invite";

type Outcome = Extract<Content, { kind: "call" }>["outcome"];

export function isVideoCall(invite: MatrixEvent): boolean {
  return /\bm=video\b/.test(text(invite.getContent().offer?.sdp) ?? "");
}

/** Nothing for a call whose place another one took: both called each other at the same time. */
export function outcomeOf(
  invite: MatrixEvent,
  timelineSet: EventTimelineSet,
  nowMs: number,
): Outcome | undefined {
  const callId: unknown = invite.getContent().call_id;
  const events = timelineSet.getTimelineForEvent(invite.getId() ?? "")?.getEvents() ?? [];
  const start = events.indexOf(invite);
  const about = events
    .slice(start + 1, start + 1 + LOOKED_AT)
    .filter((event) => isCallEvent(event) && event.getContent().call_id === callId);
  const types = about.map((event) => event.getType());
  if (types.includes("m.call.answer")) return "answered";
  if (types.includes("m.call.reject")) return "declined";
  if (about.some((event) => event.getContent().reason === "replaced")) return undefined;
  if (types.includes("m.call.hangup")) return "missed";
  const lifetime = number(invite.getContent().lifetime) || LIFETIME_MS;
  return nowMs - invite.getTs() < lifetime ? "ringing" : "missed";
}

/** The invitation that an event speaks of. */
export function inviteOf(event: MatrixEvent, timelineSet: EventTimelineSet): MatrixEvent | undefined {
  const callId: unknown = event.getContent().call_id;
  return timelineSet
    .getLiveTimeline()
    .getEvents()
    .slice(-LOOKED_AT)
    .findLast((other) => isCallInvite(other) && other.getContent().call_id === callId);
}
