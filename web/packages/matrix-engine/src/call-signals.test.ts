import { EventStatus, type MatrixClient, MatrixEvent } from "matrix-js-sdk";
import { ConnectionError } from "matrix-js-sdk/lib/http-api/index.js";
import { TypedEventEmitter } from "matrix-js-sdk/lib/models/typed-event-emitter.js";
import { CallErrorCode, CallEvent, type MatrixCall } from "matrix-js-sdk/lib/webrtc/call.js";
import { expect, test, vi } from "vitest";

import { endOnlyWhenBroken, RINGING_MS, reasonIn, ringLonger, speakPatiently } from "./call-signals.ts";

/** A call whose client has no connection. */
function offline() {
  const pending: MatrixEvent[] = [];
  const cancelled: MatrixEvent[] = [];
  const client = {
    getRoom: () => ({ getPendingEvents: () => pending }),
    cancelPendingEvent: (event: MatrixEvent) => {
      cancelled.push(event);
      event.setStatus(EventStatus.CANCELLED);
    },
  } as unknown as MatrixClient;
  const call = Object.assign(new TypedEventEmitter(), {
    callId: "c",
    roomId: "!r",
    sendVoipEvent: async (type: string, content: object) => {
      const event = new MatrixEvent({ type, content: { ...content, call_id: "c" } });
      event.setStatus(EventStatus.NOT_SENT);
      event.error = new ConnectionError("no network") as never;
      pending.push(event);
      throw event.error;
    },
  });
  speakPatiently(client, call as unknown as MatrixCall);
  return { call, pending, cancelled };
}

test("what a call says without a connection has been said when there is one again", async () => {
  const { call, pending, cancelled } = offline();
  let said = false;
  const saying = call.sendVoipEvent("m.call.negotiate", {}).then(() => {
    said = true;
  });
  await Promise.resolve();
  await Promise.resolve();
  expect(said).toBe(false);
  pending[0]?.setStatus(EventStatus.SENDING);
  pending[0]?.setStatus(EventStatus.SENT);
  await saying;
  expect(cancelled).toEqual([]);
});

test("a call that has ended says nothing later but that", async () => {
  const { call, pending, cancelled } = offline();
  const saying = Promise.all([
    call.sendVoipEvent("m.call.candidates", {}),
    call.sendVoipEvent("m.call.hangup", {}),
  ]);
  await Promise.resolve();
  call.emit(CallEvent.State as never, "ended" as never);
  expect(cancelled).toEqual([pending[0]]);
  pending[1]?.setStatus(EventStatus.SENT);
  await saying;
});

test("an invitation that cannot be sent now is not sent later", async () => {
  const { call, pending, cancelled } = offline();
  await expect(call.sendVoipEvent("m.call.invite", {})).rejects.toThrow("no network");
  expect(cancelled).toEqual(pending);
});

test("a call that goes on again is not ended for a network that broke before", () => {
  const ended: string[] = [];
  const peerConn = { iceConnectionState: "connected" };
  const call = { peerConn, hangup: (reason: string) => void ended.push(reason) } as unknown as MatrixCall;
  endOnlyWhenBroken(call);
  call.hangup(CallErrorCode.IceFailed, false);
  expect(ended).toEqual([]);
  call.hangup(CallErrorCode.UserHangup, false);
  peerConn.iceConnectionState = "disconnected";
  call.hangup(CallErrorCode.IceFailed, false);
  expect(ended).toEqual(["user_hangup", "ice_failed"]);
});

test("a call rings as long as its invitation says, which the SDK would end before", async () => {
  const { call: inviting, pending } = offline();
  await inviting.sendVoipEvent("m.call.invite", { lifetime: 60_000 }).catch(() => undefined);
  expect(pending[0]?.getContent()).toMatchObject({ lifetime: RINGING_MS });

  vi.useFakeTimers();
  const ended: string[] = [];
  const call = Object.assign(new TypedEventEmitter(), {
    state: "invite_sent",
    hangup: (reason: string) => void ended.push(reason),
  });
  ringLonger(call as unknown as MatrixCall);
  const invite = () => call.emit(CallEvent.State as never, call.state as never);
  const giveUp = () => call.hangup(CallErrorCode.InviteTimeout);
  invite();
  vi.advanceTimersByTime(60_000);
  giveUp();
  vi.advanceTimersByTime(RINGING_MS - 60_000 - 1);
  expect(ended).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(ended).toEqual(["invite_timeout"]);

  // Whoever was reached meanwhile is not left, and whoever does not want to wait need not.
  invite();
  giveUp();
  call.state = "connected";
  vi.advanceTimersByTime(RINGING_MS);
  call.hangup(CallErrorCode.UserHangup);
  expect(ended).toEqual(["invite_timeout", "user_hangup"]);
  vi.useRealTimers();
});

test("the reasons are those of the specification", () => {
  expect(reasonIn({ reason: "ice_failed" }, false)).toEqual({ reason: "ice_failed" });
  expect(reasonIn({ reason: "ice_failed" }, true)).toEqual({ reason: "ice_timeout" });
  expect(reasonIn({ reason: "no_user_media" }, false)).toEqual({ reason: "user_media_failed" });
  expect(reasonIn({ reason: "signalling_timeout" }, true)).toEqual({ reason: "unknown_error" });
  expect(reasonIn({ reason: "user_hangup" }, true)).toEqual({ reason: "user_hangup" });
  expect(reasonIn({}, true)).toEqual({});
});
