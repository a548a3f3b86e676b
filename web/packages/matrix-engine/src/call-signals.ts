// What a call tells the other side: with the specification's reasons, and through a connection that breaks. The SDK ends
// a call when one of its messages cannot be sent at once; here it waits until it could be (unsent.ts).
import { EventStatus, type MatrixClient, type MatrixEvent, MatrixEventEvent } from "matrix-js-sdk";
import {
  CallErrorCode,
  CallEvent,
  type MatrixCall,
  CallState as SdkState,
} from "matrix-js-sdk/lib/webrtc/call.js";

import { isWaiting } from "./unsent.ts";

type Content = Record<string, unknown>;

/** How long a call rings: as long as the specification wants it at least, so that people reach their telephone. */
export const RINGING_MS = 90_000;

/** Said of a call that has ended. */
const LAST_WORDS = ["m.call.hangup", "m.call.reject"];

export function speakPatiently(client: MatrixClient, call: MatrixCall): void {
  const said = call as unknown as { sendVoipEvent(type: string, content: Content): Promise<void> };
  const send = said.sendVoipEvent.bind(call);
  let talked = false;
  call.on(CallEvent.State, (state) => {
    talked ||= state === SdkState.Connected;
    // What could still go out of it later would ring for nobody.
    if (state === SdkState.Ended)
      for (const event of unsentOf(client, call)) if (!isLastWord(event)) client.cancelPendingEvent(event);
  });
  said.sendVoipEvent = async (type, content) => {
    try {
      const lifetime = type === "m.call.invite" ? { lifetime: RINGING_MS } : {};
      await send(type, { ...content, ...reasonIn(content, talked), ...lifetime });
    } catch (error) {
      const event = unsentOf(client, call).findLast((unsent) => unsent.getType() === type);
      if (event && isWaiting(event) && type !== "m.call.invite") return sentOrGone(event);
      if (event) client.cancelPendingEvent(event);
      if (!LAST_WORDS.includes(type)) throw error;
    }
  };
}

/** Of a network that breaks twice in a row the SDK forgets one clock, which would end a call that goes on again. */
export function endOnlyWhenBroken(call: MatrixCall): void {
  const hangup = call.hangup.bind(call);
  call.hangup = (reason, suppressEvent) => {
    const way = call.peerConn?.iceConnectionState;
    const broken = way !== "connected" && way !== "completed";
    if (reason !== CallErrorCode.IceFailed || broken) hangup(reason, suppressEvent);
  };
}

/** The SDK gives up after a minute, which nothing changes. */
export function ringLonger(call: MatrixCall): void {
  const hangup = call.hangup.bind(call);
  let invitedAtMs = 0;
  call.on(CallEvent.State, (state) => {
    if (state === SdkState.InviteSent) invitedAtMs = Date.now();
  });
  call.hangup = (reason, suppressEvent) => {
    const restMs = invitedAtMs + RINGING_MS - Date.now();
    if (reason !== CallErrorCode.InviteTimeout || restMs <= 0) return hangup(reason, suppressEvent);
    setTimeout(() => {
      if (call.state === SdkState.InviteSent) hangup(reason, suppressEvent);
    }, restMs);
  };
}

/** The reason for an end, as the specification has it. */
export function reasonIn({ reason }: Content, talked: boolean): Content {
  switch (reason) {
    case undefined:
      return {};
    case CallErrorCode.IceFailed:
      return { reason: talked ? "ice_timeout" : "ice_failed" };
    case CallErrorCode.NoUserMedia:
      return { reason: "user_media_failed" };
    case CallErrorCode.SignallingFailed:
      return { reason: "unknown_error" };
    default:
      return { reason };
  }
}

const isLastWord = (event: MatrixEvent): boolean => LAST_WORDS.includes(event.getType());

function unsentOf(client: MatrixClient, call: MatrixCall): MatrixEvent[] {
  const pending = client.getRoom(call.roomId)?.getPendingEvents() ?? [];
  return pending.filter(
    (event) => event.status === EventStatus.NOT_SENT && event.getContent().call_id === call.callId,
  );
}

/** Until the server has it, or nobody waits for it any more. */
function sentOrGone(event: MatrixEvent): Promise<void> {
  const open = (): boolean =>
    event.status !== null && ![EventStatus.SENT, EventStatus.CANCELLED].includes(event.status);
  return new Promise((resolve) => {
    const changed = (): void => {
      if (open()) return;
      event.off(MatrixEventEvent.Status, changed);
      resolve();
    };
    event.on(MatrixEventEvent.Status, changed);
  });
}
