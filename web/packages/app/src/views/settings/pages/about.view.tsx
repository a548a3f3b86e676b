// What this is, whose it is, and where one is told more.
import type { Session } from "@herold/engine";
import { Info } from "lucide-react";
import { use } from "react";

import type { AppInfo } from "../../../app-info.ts";
import { AppInfoContext, Brand } from "../../../parts/brand.tsx";
import { useSay } from "../../../parts/texts.tsx";
import type { SettingsPage } from "../settings-page.ts";
import styles from "./about.module.css";

export const about: SettingsPage = { title: "settings.about", icon: Info, View: AboutView };

const LINKS: readonly (keyof AppInfo["links"])[] = ["imprint", "privacy", "accessibility", "support"];

function AboutView({ session }: { session: Session }) {
  const say = useSay();
  const info = use(AppInfoContext);
  const links = LINKS.flatMap((kind) => {
    const address = info?.links[kind];
    return address ? [{ kind, address }] : [];
  });
  return (
    <>
      <Brand />
      <dl className={styles.facts}>
        <dt>{say("settings.server")}</dt>
        <dd>{session.serverName}</dd>
        {info?.version && (
          <>
            <dt>{say("settings.version")}</dt>
            <dd>{info.version}</dd>
          </>
        )}
        <dt>{say("settings.licence")}</dt>
        <dd>{say("settings.licence-text")}</dd>
      </dl>
      {links.length > 0 && (
        <ul className={styles.links}>
          {links.map(({ kind, address }) => (
            <li key={kind}>
              <a href={address} target="_blank" rel="noreferrer noopener">
                {say(`settings.link-${kind}`)}
              </a>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
