// What can be done about a call that is not in front: it depends on whether the one in front can be put on hold.
import type { CallPhase } from "@herold/engine";

export interface Offer {
  readonly words: "accept" | "hold-and-accept" | "end-and-accept" | "switch" | "resume";
  /** What becomes of the one in front. */
  readonly inFront: "hold" | "end";
}

/** The best of them first. */
export function offersOn(behind: CallPhase, inFront: CallPhase): readonly Offer[] {
  const rings = behind === "ringing-in";
  // Nobody is there who would be left alone.
  if (inFront === "ended" || inFront === "ringing-in")
    return [{ words: rings ? "accept" : "resume", inFront: "hold" }];
  const holds = inFront === "connected";
  if (!rings) return [{ words: "switch", inFront: "hold" }];
  return [
    ...(holds ? [{ words: "hold-and-accept", inFront: "hold" } as const] : []),
    { words: "end-and-accept", inFront: "end" },
  ];
}
