// Confirming a person or a device: both sides compare emoji, or one scans the other's code.
import type { Live } from "./live.ts";
import type { Profile } from "./people.ts";

export interface Verifications {
  /** What somebody asks for or was asked for, until it is over and put away. */
  readonly open: Live<readonly Verification[]>;
  /** Asks one's own other devices. */
  ownDevices(): Promise<Verification>;
  device(deviceId: string): Promise<Verification>;
  person(userId: string): Promise<Verification>;
}

export interface Emoji {
  readonly symbol: string;
  /** English name as the specification has it, to be translated. */
  readonly name: string;
}

export type VerificationStep =
  /** Waiting for the other side to say yes. */
  | { readonly kind: "asked" }
  /** The other side asks. */
  | { readonly kind: "incoming" }
  /** Both are there: choose how. `code` is this side's QR code, if the other side can scan. */
  | {
      readonly kind: "ready";
      readonly code: Uint8Array | undefined;
      readonly canScan: boolean;
      readonly emoji: boolean;
    }
  /** Waiting for the other side. */
  | { readonly kind: "waiting" }
  /** Seven emoji; or three numbers, with an app that has no emoji. */
  | { readonly kind: "compare"; readonly emoji: readonly Emoji[]; readonly numbers: readonly number[] }
  /** The other side has scanned this code: is it so? */
  | { readonly kind: "scanned" }
  | { readonly kind: "done" }
  | { readonly kind: "cancelled"; readonly why: VerificationEnd };

export type VerificationEnd =
  | "by-me"
  | "by-them"
  /** Nobody answered for too long. */
  | "timeout"
  /** The emoji differ, or the code was somebody else's: someone may be in between. */
  | "mismatch"
  /** Another device of the person took it on, which is nothing to worry about. */
  | "elsewhere"
  | "failed";

export interface Verification {
  readonly id: string;
  readonly other: Profile;
  /** Set when it is about one of the person's own devices. */
  readonly ownDevice: boolean;
  /** The other side's device, once it is known. */
  readonly deviceId: string | undefined;
  readonly step: Live<VerificationStep>;
  accept(): Promise<void>;
  startEmoji(): Promise<void>;
  /** What was read off the other side's code; fails with `wrong-code`, and may be tried again. */
  scan(code: Uint8Array): Promise<void>;
  /** The emoji are the same, or the other side did scan. */
  confirm(): Promise<void>;
  /** The emoji differ, or the other side did not scan. */
  mismatch(): Promise<void>;
  cancel(): Promise<void>;
  /** Puts it away once it is over. */
  dismiss(): void;
}
