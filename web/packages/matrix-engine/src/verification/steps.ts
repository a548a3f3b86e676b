// From what the SDK says of a verification to the step that it is at: pure.
import type { VerificationEnd, VerificationStep } from "@herold/engine";
import { VerificationPhase } from "matrix-js-sdk/lib/crypto-api/index.js";

export interface Seen {
  readonly phase: VerificationPhase;
  readonly startedByMe: boolean;
  readonly accepted: boolean;
  /** The person has said that it is the same, or that it was scanned. */
  readonly confirmed: boolean;
  readonly compare:
    | { readonly emoji: readonly (readonly [string, string])[]; readonly numbers: readonly number[] }
    | undefined;
  readonly scanned: boolean;
  readonly code: Uint8Array | undefined;
  readonly canScan: boolean;
  readonly emoji: boolean;
  readonly cancelCode: string | undefined;
  readonly endedHere: VerificationEnd | undefined;
}

export function stepOf(seen: Seen): VerificationStep {
  switch (seen.phase) {
    case VerificationPhase.Done:
      return { kind: "done" };
    case VerificationPhase.Cancelled:
      return { kind: "cancelled", why: seen.endedHere ?? endOf(seen.cancelCode) };
    case VerificationPhase.Ready:
      return { kind: "ready", code: seen.code, canScan: seen.canScan, emoji: seen.emoji };
    case VerificationPhase.Started:
      return started(seen);
    default:
      if (seen.startedByMe) return { kind: "asked" };
      return seen.accepted ? { kind: "waiting" } : { kind: "incoming" };
  }
}

function started({ confirmed, compare, scanned }: Seen): VerificationStep {
  if (confirmed) return { kind: "waiting" };
  if (compare) {
    const emoji = compare.emoji.map(([symbol, name]) => ({ symbol, name }));
    return { kind: "compare", emoji, numbers: compare.numbers };
  }
  return scanned ? { kind: "scanned" } : { kind: "waiting" };
}

/** Codes of `m.key.verification.cancel`. */
function endOf(code: string | undefined): VerificationEnd {
  switch (code) {
    case "m.user":
      return "by-them";
    case "m.timeout":
      return "timeout";
    case "m.accepted":
      return "elsewhere";
    case "m.mismatched_sas":
    case "m.mismatched_commitment":
    case "m.key_mismatch":
    case "m.user_mismatch":
      return "mismatch";
    default:
      return "failed";
  }
}
