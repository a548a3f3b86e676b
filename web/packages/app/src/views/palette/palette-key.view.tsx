// Opens the palette from wherever one is, by Ctrl+K or Cmd+K.
import type { Session } from "@herold/engine";
import { lazy, Suspense, useEffect, useState } from "react";

import type { AppModel } from "../../models/app.model.ts";
import { Mishap } from "../../parts/mishap.tsx";

const PaletteView = lazy(() =>
  import("./palette.view.tsx").then(({ PaletteView }) => ({ default: PaletteView })),
);

export function PaletteKey({ app, session }: { app: AppModel; session: Session }) {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const keys = (event: KeyboardEvent): void => {
      const asked = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
      if (!asked || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      // What is being asked in a dialog is answered first.
      setOpen((now) => !now && document.querySelector("[aria-modal='true'], [role='dialog']") === null);
    };
    // Before the fields, of which some keep every key to themselves.
    addEventListener("keydown", keys, { capture: true });
    return () => removeEventListener("keydown", keys, { capture: true });
  }, []);
  if (!open) return null;
  const close = (): void => setOpen(false);
  return (
    <Mishap place="over" onClose={close}>
      <Suspense fallback={null}>
        <PaletteView app={app} session={session} onClose={close} />
      </Suspense>
    </Mishap>
  );
}
