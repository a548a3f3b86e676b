// Over everything else, once for each session: the verification that is under way, asked here or by somebody else.
import type { Verification, Verifications } from "@herold/engine";
import { useState } from "react";

import { VerificationModel } from "../../models/verification/verification.model.ts";
import { useLive } from "../../parts/live.ts";
import { VerificationView } from "./verification.view.tsx";

export function VerificationDialogs({ verifications }: { verifications: Verifications }) {
  // One after the other; the oldest first.
  const [first] = useLive(verifications.open);
  return first && <One key={first.id} verification={first} />;
}

function One({ verification }: { verification: Verification }) {
  const [model] = useState(() => new VerificationModel(verification));
  return <VerificationView model={model} />;
}
