// What fits the words above the list of conversations: conversations and people first, then what was said.
import type { Profile, RoomSummary, Session } from "@herold/engine";
import { useEffect } from "react";
import { Collection, GridList, GridListHeader, GridListItem, GridListSection } from "react-aria-components";

import type { AppModel } from "../../models/app.model.ts";
import { EverywhereModel } from "../../models/search/everywhere.model.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay } from "../../parts/texts.tsx";
import { CoverageView } from "./coverage.view.tsx";
import { FiltersView } from "./filters.view.tsx";
import { FoundCount, FoundSections, openFound } from "./found.view.tsx";
import styles from "./search.module.css";

interface Props {
  readonly app: AppModel;
  readonly session: Session;
  readonly words: string;
}

/** What was found stays while one of the results is looked at. */
const models = new WeakMap<Session, EverywhereModel>();

function modelOf(session: Session): EverywhereModel {
  const known = models.get(session) ?? new EverywhereModel(session);
  models.set(session, known);
  return known;
}

export function EverywhereView({ app, session, words }: Props) {
  const say = useSay();
  const model = modelOf(session);
  const rooms = useLive(model.rooms);
  const people = useLive(model.people);
  useEffect(() => model.look(words), [model, words]);
  const failure = useLive(model.starting.failure);
  const open = (key: string): void => {
    const found = model.messages.found.peek().find(({ eventId }) => eventId === key);
    if (found) openFound(app, found);
    else if (key.startsWith("!")) app.go({ kind: "room", roomId: key });
    else void model.startWith(key, (roomId) => app.go({ kind: "room", roomId }));
  };
  return (
    <>
      <FiltersView model={model.messages} people={(typed) => model.findPeople(typed)} grouped />
      <CoverageView model={model.messages} encrypted />
      <FoundCount model={model.messages} />
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      <GridList
        id="found-everywhere"
        aria-label={say("search.results")}
        className={styles.list ?? ""}
        onAction={(key) => open(String(key))}
      >
        {rooms.length > 0 && (
          <GridListSection id="rooms">
            <GridListHeader className={styles.heading ?? ""}>{say("shell.rooms")}</GridListHeader>
            <Collection items={rooms.map((room) => ({ ...room, id: room.roomId }))}>
              {(room: RoomSummary) => (
                <PlainRow
                  id={room.roomId}
                  colour={room.direct ?? room.roomId}
                  name={room.name}
                  avatar={room.avatar}
                  square={room.direct === undefined}
                />
              )}
            </Collection>
          </GridListSection>
        )}
        {people.length > 0 && (
          <GridListSection id="people">
            <GridListHeader className={styles.heading ?? ""}>{say("search.people")}</GridListHeader>
            <Collection items={people.map((profile) => ({ ...profile, id: profile.userId }))}>
              {(profile: Profile) => (
                <PlainRow
                  id={profile.userId}
                  colour={profile.userId}
                  name={profile.name}
                  avatar={profile.avatar}
                  detail={profile.userId}
                />
              )}
            </Collection>
          </GridListSection>
        )}
        <FoundSections session={session} model={model.messages} oneRoom={false} />
      </GridList>
    </>
  );
}

interface RowProps {
  readonly id: string;
  /** What the colour of its letter is made of. */
  readonly colour: string;
  readonly name: string;
  readonly avatar: string | undefined;
  readonly square?: boolean;
  readonly detail?: string;
}

function PlainRow({ id, colour, name, avatar, square = false, detail }: RowProps) {
  return (
    <GridListItem id={id} textValue={name} className={styles.plainRow ?? ""}>
      <Avatar id={colour} name={name} address={avatar} square={square} />
      <span className={styles.plainName}>{name}</span>
      {detail && <span className={styles.where}>{detail}</span>}
    </GridListItem>
  );
}
