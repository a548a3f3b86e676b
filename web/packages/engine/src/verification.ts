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
  | { readonly kind: "compare"; readonly emoji: readonly Emoji[] }
  /** The other side has scanned this code: is it so? */
  | { readonly kind: "scanned" }
  | { readonly kind: "done" }
  | {
      readonly kind: "cancelled";
      readonly why: "by-me" | "by-them" | "timeout" | "mismatch" | "elsewhere" | "failed";
    };

export interface Verification {
  readonly id: string;
  readonly other: Profile;
  /** Set when it is about one of the person's own devices. */
  readonly ownDevice: boolean;
  readonly deviceId: string | undefined;
  readonly step: Live<VerificationStep>;
  accept(): Promise<void>;
  startEmoji(): Promise<void>;
  scan(code: Uint8Array): Promise<void>;
  /** The emoji are the same, or the other side did scan. */
  confirm(): Promise<void>;
  /** The emoji differ. */
  mismatch(): Promise<void>;
  cancel(): Promise<void>;
  /** Puts it away once it is over. */
  dismiss(): void;
}
