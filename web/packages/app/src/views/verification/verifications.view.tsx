// Over everything else, once for each session: the verification that is under way, asked here or by somebody else.
import type { Verification, Verifications } from "@herold/engine";
import { lazy, Suspense, useState } from "react";

import { VerificationModel } from "../../models/verification/verification.model.ts";
import { useLive } from "../../parts/live.ts";
import { withTexts } from "../../texts/later.ts";

const VerificationView = lazy(() =>
  withTexts(import("./verification.view.tsx")).then((file) => ({ default: file.VerificationView })),
);

export function VerificationDialogs({ verifications }: { verifications: Verifications }) {
  // One after the other; the oldest first.
  const [first] = useLive(verifications.open);
  return (
    first && (
      <Suspense fallback={null}>
        <One key={first.id} verification={first} />
      </Suspense>
    )
  );
}

function One({ verification }: { verification: Verification }) {
  const [model] = useState(() => new VerificationModel(verification));
  return <VerificationView model={model} />;
}
