// Calls between two people: sound, picture and screens, from one browser to the other.
import type { Live } from "./live.ts";
import type { Profile } from "./people.ts";

export type CallPhase =
  | "ringing-in"
  | "ringing-out"
  | "connecting"
  | "connected"
  /** The connection broke, and another way to the other one is looked for. */
  | "reconnecting"
  | "ended";

export type CallEnd =
  | "hung-up"
  /** The other one declined, here or on another device. */
  | "declined"
  | "busy"
  | "no-answer"
  /** Another device of the person took it, or declined it. */
  | "elsewhere"
  /** There is no microphone or camera, or none was given. */
  | "no-devices"
  /** No way from one to the other was found, or it broke. */
  | "connection-failed"
  | "unknown";

/** A picture or a sound that comes or goes. */
export interface CallStream {
  readonly id: string;
  readonly stream: MediaStream;
  readonly mine: boolean;
  readonly what: "person" | "screen";
  readonly soundOff: boolean;
  readonly pictureOff: boolean;
}

export interface CallState {
  readonly phase: CallPhase;
  readonly end: CallEnd | undefined;
  readonly streams: readonly CallStream[];
  readonly microphoneOff: boolean;
  readonly cameraOff: boolean;
  readonly sharingScreen: boolean;
  /** Nobody hears or sees anything: who holds it, which may be both. */
  readonly held: { readonly here: boolean; readonly there: boolean };
  /** When the two were connected. */
  readonly connectedAtMs: number | undefined;
}

export interface Call {
  readonly callId: string;
  readonly roomId: string;
  readonly incoming: boolean;
  /** Whether it began with pictures. */
  readonly video: boolean;
  readonly other: Profile;
  readonly state: Live<CallState>;
  accept(video: boolean): Promise<void>;
  decline(): void;
  hangUp(): void;
  muteMicrophone(off: boolean): Promise<void>;
  muteCamera(off: boolean): Promise<void>;
  shareScreen(shared: boolean): Promise<void>;
  hold(held: boolean): Promise<void>;
}

export interface Calls {
  /** Whether this browser can call at all. */
  readonly supported: boolean;
  /** The one in front: it rings, goes on, or has just ended. */
  readonly current: Live<Call | undefined>;
  /** Those behind it: they ring while somebody talks, or are on hold. */
  readonly others: Live<readonly Call[]>;
  /** Calls the other person of a conversation between two. */
  start(roomId: string, options: { readonly video: boolean }): Promise<void>;
  /**
   * Takes one of the others to the front: answers it, or goes on with it. What was in front is put on hold or ends;
   * what cannot be held yet ends in any case, and what rang rings on behind it.
   */
  take(call: Call, inFront: "hold" | "end"): Promise<void>;
  /** What has ended is not looked at any more; one of the others comes to the front. */
  forget(): void;
}
