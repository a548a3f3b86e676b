// The name and the mark of the organisation, or Herold's own.
import { createContext, use } from "react";

import type { AppInfo } from "../app-info.ts";
import styles from "./brand.module.css";
import { useSay } from "./texts.tsx";

export const AppInfoContext = createContext<AppInfo | undefined>(undefined);

export function Brand() {
  const say = useSay();
  const info = use(AppInfoContext);
  return (
    <div className={styles.brand}>
      <img src={info?.logo ?? "/icon.svg"} alt="" className={styles.logo} />
      <span className={styles.name}>{info?.name ?? say("common.app-name")}</span>
    </div>
  );
}
