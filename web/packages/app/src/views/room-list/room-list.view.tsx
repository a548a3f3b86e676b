// The list of conversations: found by name, filtered, walked through with the arrow keys.
import type { Session } from "@herold/engine";
import { lazy, Suspense } from "react";
import { ToggleButton, ToggleButtonGroup } from "react-aria-components";

import type { AppModel } from "../../models/app.model.ts";
import type { RoomFilter, RoomListModel } from "../../models/room-list.model.ts";
import { Button } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { SearchBox } from "../../parts/search-box.tsx";
import { useSay } from "../../parts/texts.tsx";
import { AccountMenu } from "../shell/account-menu.view.tsx";
import { EnteredSpace } from "../spaces/entered-space.view.tsx";
import { startActions } from "../starting/start-actions.ts";
import { StartMenu } from "../starting/start-menu.view.tsx";
import styles from "./room-list.module.css";
import { RowsView } from "./rows.view.tsx";

const FILTERS: readonly RoomFilter[] = ["all", "unread", "people", "groups"];
const EverywhereView = lazy(() =>
  import("../search/everywhere.view.tsx").then((file) => ({ default: file.EverywhereView })),
);

interface Props {
  readonly app: AppModel;
  readonly model: RoomListModel;
  readonly session: Session;
}

export function RoomListView({ app, model, session }: Props) {
  const say = useSay();
  const words = useLive(model.words);
  const filter = useLive(model.filter);
  return (
    <>
      <div className={styles.head}>
        <AccountMenu app={app} session={session} />
        <SearchBox
          label={say("search.field")}
          className={styles.search}
          value={words}
          onChange={(typed) => model.search(typed)}
          onDown={() => document.getElementById("found-everywhere")?.focus()}
        />
        <StartMenu app={app} session={session} />
      </div>
      {words.trim() ? (
        <Suspense fallback={<p className={styles.none}>{say("common.loading")}</p>}>
          <EverywhereView app={app} session={session} words={words} />
        </Suspense>
      ) : (
        <>
          <ToggleButtonGroup
            aria-label={say("rooms.show")}
            className={styles.filters ?? ""}
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[filter]}
            onSelectionChange={(keys) => {
              for (const chosen of FILTERS) if (keys.has(chosen)) model.show(chosen);
            }}
          >
            {FILTERS.map((one) => (
              <ToggleButton key={one} id={one} className={styles.filter ?? ""}>
                {say(`rooms.${one}`)}
              </ToggleButton>
            ))}
          </ToggleButtonGroup>
          <EnteredSpace app={app} session={session} model={model} />
          <Rooms app={app} model={model} session={session} />
        </>
      )}
    </>
  );
}

/** Whoever has no conversation yet is shown how one begins. */
const FIRST_STEPS: readonly string[] = ["conversation", "explore"];

function Beginning({ app, session }: Pick<Props, "app" | "session">) {
  const say = useSay();
  return (
    <div className={styles.none}>
      <p>{say("rooms.none")}</p>
      {startActions(app, session)
        .filter(({ id }) => FIRST_STEPS.includes(id))
        .map(({ id, label, icon, act }, index) => (
          <Button key={id} wide icon={icon} look={index === 0 ? "primary" : "plain"} onPress={act}>
            {say(label)}
          </Button>
        ))}
    </div>
  );
}

function Rooms({ app, model, session }: Props) {
  const say = useSay();
  const sections = useLive(model.sections);
  const complete = useLive(model.complete);
  const filter = useLive(model.filter);
  const nothing =
    complete && filter === "all" ? (
      <Beginning app={app} session={session} />
    ) : (
      <p className={styles.none}>{say(complete ? "rooms.none-found" : "shell.starting")}</p>
    );
  if (sections.length === 0) return nothing;
  return <RowsView app={app} model={model} sections={sections} />;
}
