// The settings: the list of pages beside the page that is open; on a phone one after the other.
import type { Session } from "@herold/engine";
import { ArrowLeft } from "lucide-react";
import { useEffect, useRef } from "react";

import type { AppModel } from "../../models/app.model.ts";
import { hashOf, SETTINGS, type Settings } from "../../models/route.ts";
import { IconButton } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { Mishap } from "../../parts/mishap.tsx";
import { Pane } from "../../parts/pane.tsx";
import { useSay } from "../../parts/texts.tsx";
import { panes } from "../../screen/panes.ts";
import { PAGES } from "./pages.ts";
import styles from "./settings.module.css";

interface Props {
  readonly app: AppModel;
  readonly session: Session;
  /** Nothing for the list of pages; where there is room, the first page stands beside it. */
  readonly page: Settings | undefined;
}

export function SettingsView({ app, session, page }: Props) {
  const say = useSay();
  const listTitle = useRef<HTMLHeadingElement>(null);
  const pageTitle = useRef<HTMLHeadingElement>(null);
  const alone = useLive(panes) === 1;
  const Title = alone ? "h1" : "h2";
  const shown = page ?? SETTINGS[0];
  const { title, View } = PAGES[shown];
  // Whoever cannot see it is told where they are; on a phone the link that was pressed is gone.
  useEffect(() => {
    (page ? pageTitle : listTitle).current?.focus();
  }, [page]);
  return (
    <div className={styles.frame} data-open={page ? "page" : "list"}>
      <Pane role="navigation" alone={alone} className={styles.list} aria-label={say("common.settings")}>
        <div className={styles.head}>
          <IconButton icon={ArrowLeft} label={say("settings.leave")} onPress={() => app.leaveSettings()} />
          <Title className={styles.listTitle} ref={listTitle} tabIndex={-1}>
            {say("common.settings")}
          </Title>
        </div>
        <PageList current={shown} />
      </Pane>
      <main className={styles.page}>
        <div className={styles.column}>
          <header className={styles.pageHead}>
            <div className={styles.toList}>
              <IconButton
                icon={ArrowLeft}
                label={say("settings.to-list")}
                onPress={() => app.back({ kind: "settings" })}
              />
            </div>
            <h1 className={styles.title} ref={pageTitle} tabIndex={-1}>
              {say(title)}
            </h1>
          </header>
          <Mishap place="part" of={shown}>
            <View key={shown} session={session} />
          </Mishap>
        </div>
      </main>
    </div>
  );
}

function PageList({ current }: { current: Settings }) {
  const say = useSay();
  return (
    <ul className={styles.pages}>
      {SETTINGS.map((page) => {
        const { title, icon: Icon } = PAGES[page];
        return (
          <li key={page}>
            <a
              className={styles.link}
              href={hashOf({ kind: "settings", page })}
              aria-current={page === current ? "page" : undefined}
            >
              <Icon aria-hidden size={20} />
              {say(title)}
            </a>
          </li>
        );
      })}
    </ul>
  );
}
