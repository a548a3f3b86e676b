// What this is, whose it is, and where one is told more.
import type { Session } from "@herold/engine";
import { Info } from "lucide-react";
import { use } from "react";

import { AppInfoContext, Brand } from "../../../parts/brand.tsx";
import { OperatorLinks } from "../../../parts/operator-links.tsx";
import { useSay } from "../../../parts/texts.tsx";
import type { SettingsPage } from "../settings-page.ts";
import styles from "./about.module.css";

export const about: SettingsPage = { title: "settings.about", icon: Info, View: AboutView };

function AboutView({ session }: { session: Session }) {
  const say = useSay();
  const info = use(AppInfoContext);
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
      <OperatorLinks />
    </>
  );
}
