// Pages of those who run the server: who they are, what becomes of data, help.
import { use } from "react";

import type { AppInfo } from "../app-info.ts";
import { AppInfoContext } from "./brand.tsx";
import styles from "./operator-links.module.css";
import { useSay } from "./texts.tsx";

const LINKS: readonly (keyof AppInfo["links"])[] = ["imprint", "privacy", "accessibility", "support"];

export function OperatorLinks() {
  const say = useSay();
  const info = use(AppInfoContext);
  const links = LINKS.flatMap((kind) => {
    const address = info?.links[kind];
    return address ? [{ kind, address }] : [];
  });
  if (links.length === 0) return null;
  return (
    <ul className={styles.links}>
      {links.map(({ kind, address }) => (
        <li key={kind}>
          <a href={address} target="_blank" rel="noreferrer noopener">
            {say(`settings.link-${kind}`)}
          </a>
        </li>
      ))}
    </ul>
  );
}
