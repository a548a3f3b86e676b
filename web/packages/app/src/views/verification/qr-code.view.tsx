// A QR code. It stays dark on white in the dark theme as well: many cameras read it no other way.
import { useMemo } from "react";

import { modulesOf, pathOf } from "../../models/verification/qr-code.ts";
import { useSay } from "../../parts/texts.tsx";
import styles from "./verification.module.css";

export function QrCodeView({ code }: { code: Uint8Array }) {
  const say = useSay();
  const { path, size } = useMemo(() => {
    const modules = modulesOf(code);
    return { path: pathOf(modules), size: modules.length };
  }, [code]);
  return (
    <svg
      className={styles.code}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={say("verification.code")}
      shapeRendering="crispEdges"
    >
      <path d={path} />
    </svg>
  );
}
