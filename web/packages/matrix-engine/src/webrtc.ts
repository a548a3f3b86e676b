// The SDK's calls over WebRTC, as the app shows them. Loaded with the first call: nothing that every session loads may
// import it, and the client is built without what is put into it here.
import {
  type Call,
  type CallEnd,
  type CallPhase,
  type CallState,
  type CallStream,
  type Live,
  type Profile,
  signal,
} from "@herold/engine";
import type { MatrixClient, MatrixEvent } from "matrix-js-sdk";
import {
  CallErrorCode,
  CallEvent,
  CallParty,
  CallType,
  createNewMatrixCall,
  type MatrixCall,
  CallState as SdkState,
} from "matrix-js-sdk/lib/webrtc/call.js";
import { CallEventHandler, CallEventHandlerEvent } from "matrix-js-sdk/lib/webrtc/callEventHandler.js";
import { SDPStreamMetadataPurpose } from "matrix-js-sdk/lib/webrtc/callEventTypes.js";
import { type CallFeed, CallFeedEvent } from "matrix-js-sdk/lib/webrtc/callFeed.js";
import { MediaHandler } from "matrix-js-sdk/lib/webrtc/mediaHandler.js";

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

const ENDS: Partial<Record<string, CallEnd>> = {
  [CallErrorCode.UserHangup]: "hung-up",
  [CallErrorCode.InviteTimeout]: "no-answer",
  [CallErrorCode.UserBusy]: "busy",
  [CallErrorCode.AnsweredElsewhere]: "elsewhere",
  [CallErrorCode.NoUserMedia]: "no-devices",
  [CallErrorCode.IceFailed]: "connection-failed",
  [CallErrorCode.SignallingFailed]: "connection-failed",
};

/** What a call needs of the client, put there when there is one. */
export class Calling {
  readonly #client: MatrixClient;
  readonly #handler: CallEventHandler;

  constructor(client: MatrixClient, ring: (call: MatrixCall) => void) {
    this.#client = client;
    this.#handler = new CallEventHandler(client);
    Object.assign(client, {
      callEventHandler: this.#handler,
      mediaHandler: new MediaHandler(client),
      disableVoip: false,
      canSupportVoip: true,
    });
    client.on(CallEventHandlerEvent.Incoming, ring);
  }

  create(roomId: string): MatrixCall | null {
    return createNewMatrixCall(this.#client, roomId);
  }

  /** What was said of calls, in its order. */
  async heard(events: MatrixEvent[]): Promise<void> {
    const handler = this.#handler as unknown as { evaluateEventBuffer(events: MatrixEvent[]): Promise<void> };
    await handler.evaluateEventBuffer(events);
  }

  /** Whoever is called while there is another call is busy. */
  refuse(call: MatrixCall): void {
    call.hangup(CallErrorCode.UserBusy, false);
  }

  show(call: MatrixCall, other: Profile, began?: { readonly video: boolean }): MatrixCallView {
    return new MatrixCallView(call, began === undefined, began?.video ?? call.type === CallType.Video, other);
  }
}

export class MatrixCallView implements Call {
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
