// One call of the SDK over WebRTC, as the app shows it.
import {
  type Call,
  type CallEnd,
  type CallPhase,
  type CallState,
  type CallStream,
  Failure,
  type Live,
  type Profile,
  signal,
} from "@herold/engine";
import {
  CallErrorCode,
  CallEvent,
  CallParty,
  CallType,
  type MatrixCall,
  CallState as SdkState,
  setTracksEnabled,
} from "matrix-js-sdk/lib/webrtc/call.js";
import { SDPStreamMetadataPurpose } from "matrix-js-sdk/lib/webrtc/callEventTypes.js";
import { type CallFeed, CallFeedEvent } from "matrix-js-sdk/lib/webrtc/callFeed.js";

import { equal } from "./equal.ts";

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

/** The specification's reasons, and the SDK's own. */
const ENDS: Partial<Record<string, CallEnd>> = {
  [CallErrorCode.UserHangup]: "hung-up",
  [CallErrorCode.InviteTimeout]: "no-answer",
  [CallErrorCode.UserBusy]: "busy",
  [CallErrorCode.AnsweredElsewhere]: "elsewhere",
  [CallErrorCode.NoUserMedia]: "no-devices",
  [CallErrorCode.IceFailed]: "connection-failed",
  ice_timeout: "connection-failed",
  [CallErrorCode.SignallingFailed]: "connection-failed",
  [CallErrorCode.SendInvite]: "connection-failed",
  [CallErrorCode.SendAnswer]: "connection-failed",
};

export class MatrixCallView implements Call {
  readonly callId: string;
  readonly roomId: string;
  readonly incoming: boolean;
  readonly video: boolean;
  readonly other: Profile;
  readonly #call: MatrixCall;
  readonly #state;
  readonly #followed = new WeakSet<CallFeed>();
  readonly #watched = new WeakSet<EventTarget>();
  #connectedAtMs: number | undefined;
  #beforeHold: (readonly [RTCRtpTransceiver, RTCRtpTransceiverDirection])[] = [];
  #known: CallEnd | undefined;

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
    for (const event of [
      CallEvent.State,
      CallEvent.FeedsChanged,
      CallEvent.LocalHoldUnhold,
      CallEvent.Hangup,
      CallEvent.Error,
    ] as const)
      call.on(event, look);
  }

  static incoming(call: MatrixCall, other: Profile): MatrixCallView {
    return new MatrixCallView(call, true, call.type === CallType.Video, other);
  }

  async accept(video: boolean): Promise<void> {
    await this.#call.answer(true, video);
    this.#speak();
    this.look();
  }

  decline(): void {
    this.#known = "hung-up";
    if (this.#call.state === SdkState.Ringing) this.#call.reject();
  }

  /** The other one called as well, and that call is used: it is as if they had answered. */
  replaceBy(call: MatrixCall): void {
    this.#call.replacedBy(call);
  }

  get waitsForDevices(): boolean {
    return this.#call.state === SdkState.WaitLocalMedia;
  }

  /** On another device of the same person. */
  declinedElsewhere(): void {
    this.#known = "hung-up";
  }

  /** Whoever is called says that they talk already. */
  busyThere(): void {
    if (this.#call.state !== SdkState.InviteSent) return;
    this.#known = "busy";
    this.hangUp();
  }

  hangUp(): void {
    if (!this.#call.callHasEnded()) this.#call.hangup(CallErrorCode.UserHangup, false);
  }

  /** There is nobody any more whom it could be with. */
  end(): void {
    if (this.#call.state === SdkState.Ringing) this.decline();
    else this.hangUp();
  }

  async muteMicrophone(off: boolean): Promise<void> {
    const isOff = await this.#call.setMicrophoneMuted(off);
    this.look();
    if (isOff !== off)
      throw new Failure("not-found", { detail: "there is no microphone, or it was not given" });
  }

  async muteCamera(off: boolean): Promise<void> {
    const isOff = await this.#call.setLocalVideoMuted(off);
    this.look();
    if (isOff !== off) throw new Failure("not-found", { detail: "there is no camera, or it was not given" });
  }

  async shareScreen(shared: boolean): Promise<void> {
    await this.#call.setScreensharingEnabled(shared);
    this.look();
  }

  /** The SDK lets everything be sent again afterwards, also what was not sent before: a screen that is not shared. */
  async hold(held: boolean): Promise<void> {
    if (this.#call.isRemoteOnHold() === held || this.#call.callHasEnded()) return;
    if (held)
      this.#beforeHold = (this.#call.peerConn?.getTransceivers() ?? []).map((one) => [one, one.direction]);
    this.#call.setRemoteOnHold(held);
    for (const [transceiver, before] of this.#beforeHold) {
      if (held) transceiver.direction = before.startsWith("send") ? "sendonly" : "inactive";
      else transceiver.direction = before;
    }
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

  /** A microphone that is held for another call comes silent from the SDK. */
  #speak(): void {
    const stream = this.#call.localUsermediaStream;
    setTracksEnabled(stream?.getAudioTracks() ?? [], !this.#call.isMicrophoneMuted());
    setTracksEnabled(stream?.getVideoTracks() ?? [], !this.#call.isLocalVideoMuted());
  }

  #watch(): void {
    // Who closes the app closes the connection, before a message that says so could be encrypted and sent.
    for (const { transport } of this.#call.peerConn?.getReceivers() ?? [])
      if (transport)
        this.#once(transport, "statechange", () => transport.state === "closed" && this.hangUp());
    // The browser has a button of its own that ends it.
    for (const track of this.#call.localScreensharingStream?.getVideoTracks() ?? [])
      this.#once(track, "ended", () => void this.shareScreen(false).catch(() => undefined));
  }

  #once(target: EventTarget, type: string, act: () => void): void {
    if (this.#watched.has(target)) return;
    this.#watched.add(target);
    target.addEventListener(type, act);
  }

  #seen(): CallState {
    const call = this.#call;
    const phase = this.#phase();
    if (phase === "connected") this.#connectedAtMs ??= Date.now();
    return {
      phase,
      end: phase === "ended" ? this.#end() : undefined,
      streams: call.getFeeds().map(streamOf),
      microphoneOff: call.isMicrophoneMuted(),
      cameraOff: call.isLocalVideoMuted(),
      sharingScreen: call.isScreensharing(),
      held: { here: call.isRemoteOnHold(), there: call.isLocalOnHold() },
      connectedAtMs: this.#connectedAtMs,
    };
  }

  #phase(): CallPhase {
    const { state } = this.#call;
    // It was answered, and the person is asked for the microphone.
    if (state === SdkState.WaitLocalMedia && this.incoming) return "connecting";
    if (state === SdkState.Connecting && this.#connectedAtMs !== undefined) return "reconnecting";
    return PHASES[state];
  }

  #end(): CallEnd {
    if (this.#known) return this.#known;
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
