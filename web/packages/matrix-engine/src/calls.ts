// Calls over WebRTC: what the SDK says of its calls, as the app shows them.
import {
  type Call,
  type CallEnd,
  type CallPhase,
  type CallState,
  type CallStream,
  type Calls,
  Failure,
  type Live,
  type Profile,
  signal,
} from "@herold/engine";
import { ClientEvent, type MatrixClient, type MatrixEvent } from "matrix-js-sdk";
import {
  CallErrorCode,
  CallEvent,
  CallParty,
  CallType,
  type MatrixCall,
  CallState as SdkState,
} from "matrix-js-sdk/lib/webrtc/call.js";
import { CallEventHandlerEvent } from "matrix-js-sdk/lib/webrtc/callEventHandler.js";
import { SDPStreamMetadataPurpose } from "matrix-js-sdk/lib/webrtc/callEventTypes.js";
import { type CallFeed, CallFeedEvent } from "matrix-js-sdk/lib/webrtc/callFeed.js";

import { equal } from "./equal.ts";
import { localPart, profileIn } from "./summaries.ts";

const PHASES: Record<SdkState, CallPhase> = {
  [SdkState.Fledgling]: "ringing-out",
  [SdkState.WaitLocalMedia]: "ringing-out",
  [SdkState.CreateOffer]: "ringing-out",
  [SdkState.InviteSent]: "ringing-out",
  [SdkState.Ringing]: "ringing-in",
  [SdkState.CreateAnswer]: "connecting",
  [SdkState.Connecting]: "connecting",
  [SdkState.Connected]: "connected",
  [SdkState.Ended]: "ended",
};

const ENDS: Partial<Record<string, CallEnd>> = {
  [CallErrorCode.UserHangup]: "hung-up",
  [CallErrorCode.InviteTimeout]: "no-answer",
  [CallErrorCode.UserBusy]: "busy",
  [CallErrorCode.AnsweredElsewhere]: "elsewhere",
  [CallErrorCode.NoUserMedia]: "no-devices",
  [CallErrorCode.IceFailed]: "connection-failed",
  [CallErrorCode.SignallingFailed]: "connection-failed",
};

export class MatrixCalls implements Calls {
  readonly #client: MatrixClient;
  readonly #current = signal<MatrixCallView | undefined>(undefined);

  readonly current: Live<Call | undefined> = this.#current;

  constructor(client: MatrixClient) {
    this.#client = client;
    client.on(CallEventHandlerEvent.Incoming, (call) => this.#ring(call));
    client.on(ClientEvent.ReceivedVoipEvent, (event) => this.#hear(event));
    addEventListener("pagehide", this.#leave);
  }

  get supported(): boolean {
    return this.#client.supportsVoip();
  }

  async start(roomId: string, { video }: { readonly video: boolean }): Promise<void> {
    if (this.#busy()) throw new Failure("forbidden", { detail: "there is a call already" });
    const call = this.supported ? this.#client.createCall(roomId) : null;
    if (!call) throw new Failure("unknown", { detail: "this browser cannot call" });
    const started = this.#show(call, false, video);
    // What went wrong is told by the call itself.
    await (video ? call.placeVideoCall() : call.placeVoiceCall()).catch(() => undefined);
    started.look();
  }

  forget(): void {
    if (!this.#busy()) this.#current.value = undefined;
  }

  stop(): void {
    removeEventListener("pagehide", this.#leave);
    this.#leave();
  }

  readonly #leave = (): void => this.#current.peek()?.hangUp();

  #busy(): boolean {
    const call = this.#current.peek();
    return call !== undefined && call.state.peek().phase !== "ended";
  }

  #ring(call: MatrixCall): void {
    if (call.callHasEnded()) return;
    // One at a time: who calls meanwhile is told so, and finds a missed call in the conversation.
    if (this.#busy()) call.hangup(CallErrorCode.UserBusy, false);
    else this.#show(call, true, call.type === CallType.Video);
  }

  /** The SDK ends a call alike whoever declined it: that it was oneself, on another device, is known only here. */
  #hear(event: MatrixEvent): void {
    const mine = event.getSender() === this.#client.getUserId();
    if (event.getType() !== "m.call.reject" || !mine) return;
    const shown = this.#current.peek();
    if (shown?.callId === event.getContent().call_id) shown?.declinedElsewhere();
  }

  #show(call: MatrixCall, incoming: boolean, video: boolean): MatrixCallView {
    const shown = new MatrixCallView(call, incoming, video, this.#otherIn(call));
    this.#current.value = shown;
    return shown;
  }

  #otherIn(call: MatrixCall): Profile {
    const room = this.#client.getRoom(call.roomId);
    const me = this.#client.getSafeUserId();
    const userId =
      call.getOpponentMember()?.userId ??
      room?.getJoinedMembers().find((member) => member.userId !== me)?.userId ??
      room?.getDMInviter() ??
      me;
    return room ? profileIn(room, userId) : { userId, name: localPart(userId), avatar: undefined };
  }
}

class MatrixCallView implements Call {
  readonly callId: string;
  readonly roomId: string;
  readonly incoming: boolean;
  readonly video: boolean;
  readonly other: Profile;
  readonly #call: MatrixCall;
  readonly #state;
  readonly #followed = new WeakSet<CallFeed>();
  readonly #watched = new WeakSet<RTCDtlsTransport>();
  #connectedAtMs: number | undefined;
  #declined = false;

  readonly state: Live<CallState>;

  constructor(call: MatrixCall, incoming: boolean, video: boolean, other: Profile) {
    this.callId = call.callId;
    this.roomId = call.roomId;
    this.incoming = incoming;
    this.video = video;
    this.other = other;
    this.#call = call;
    this.#state = signal<CallState>(this.#seen());
    this.state = this.#state;
    const look = (): void => this.look();
    for (const event of [CallEvent.State, CallEvent.FeedsChanged, CallEvent.Hangup, CallEvent.Error] as const)
      call.on(event, look);
  }

  async accept(video: boolean): Promise<void> {
    await this.#call.answer(true, video);
    this.look();
  }

  decline(): void {
    this.#declined = true;
    this.#call.reject();
  }

  /** On another device of the same person. */
  declinedElsewhere(): void {
    this.#declined = true;
  }

  hangUp(): void {
    if (!this.#call.callHasEnded()) this.#call.hangup(CallErrorCode.UserHangup, false);
  }

  async muteMicrophone(off: boolean): Promise<void> {
    await this.#call.setMicrophoneMuted(off);
    this.look();
  }

  async muteCamera(off: boolean): Promise<void> {
    await this.#call.setLocalVideoMuted(off);
    this.look();
  }

  async shareScreen(shared: boolean): Promise<void> {
    await this.#call.setScreensharingEnabled(shared);
    this.look();
  }

  look(): void {
    for (const feed of this.#call.getFeeds()) {
      if (this.#followed.has(feed)) continue;
      this.#followed.add(feed);
      feed.on(CallFeedEvent.MuteStateChanged, () => this.look());
      feed.on(CallFeedEvent.NewStream, () => this.look());
    }
    this.#watch();
    const seen = this.#seen();
    if (!equal(seen, this.#state.peek())) this.#state.value = seen;
  }

  /** Who closes the app closes the connection, before a message that says so could be encrypted and sent. */
  #watch(): void {
    for (const { transport } of this.#call.peerConn?.getReceivers() ?? []) {
      if (!transport || this.#watched.has(transport)) continue;
      this.#watched.add(transport);
      transport.addEventListener("statechange", () => transport.state === "closed" && this.hangUp());
    }
  }

  #seen(): CallState {
    const call = this.#call;
    const phase = PHASES[call.state];
    if (phase === "connected") this.#connectedAtMs ??= Date.now();
    return {
      phase,
      end: phase === "ended" ? this.#end() : undefined,
      streams: call.getFeeds().map(streamOf),
      microphoneOff: call.isMicrophoneMuted(),
      cameraOff: call.isLocalVideoMuted(),
      sharingScreen: call.isScreensharing(),
      connectedAtMs: this.#connectedAtMs,
    };
  }

  #end(): CallEnd {
    if (this.#declined) return "hung-up";
    const reason = this.#call.hangupReason ?? "";
    // While it rings the other side ends a call without a reason: by declining it, or by giving up.
    const byOther = this.#call.hangupParty === CallParty.Remote && this.#connectedAtMs === undefined;
    if (byOther && !this.incoming && (reason === "" || reason === CallErrorCode.UserHangup))
      return "declined";
    if (byOther && this.incoming && reason !== CallErrorCode.AnsweredElsewhere) return "no-answer";
    return ENDS[reason] ?? (reason === "" ? "hung-up" : "unknown");
  }
}

function streamOf(feed: CallFeed): CallStream {
  return {
    id: feed.stream.id,
    stream: feed.stream,
    mine: feed.isLocal(),
    what: feed.purpose === SDPStreamMetadataPurpose.Screenshare ? "screen" : "person",
    soundOff: feed.isAudioMuted(),
    pictureOff: feed.isVideoMuted(),
  };
}
