// Rooms that anybody may find, with what they are about and the way in.
import type { RoomPreview, Session } from "@herold/engine";
import { ArrowLeft, ArrowRight, Compass } from "lucide-react";
import { useEffect, useMemo } from "react";

import type { AppModel } from "../../models/app.model.ts";
import { ExploreModel } from "../../models/explore.model.ts";
import { routeTo } from "../../models/matrix-link.ts";
import { PreviewModel } from "../../models/preview.model.ts";
import { Button, IconButton } from "../../parts/button.tsx";
import { Field } from "../../parts/field.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./explore.module.css";
import { RoomCard } from "./room-card.view.tsx";

export function ExploreView({ app, session }: { app: AppModel; session: Session }) {
  const say = useSay();
  const model = useMemo(() => new ExploreModel(session), [session]);
  useEffect(() => model.search(""), [model]);
  const words = useLive(model.words);
  const address = useLive(model.address);
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <span className={styles.back}>
          <IconButton icon={ArrowLeft} label={say("common.back")} onPress={() => app.back()} />
        </span>
        <Compass aria-hidden size={22} />
        <h1>{say("explore.title")}</h1>
      </header>
      <form
        className={styles.search}
        onSubmit={(event) => {
          event.preventDefault();
          if (address) app.go(routeTo(address));
        }}
      >
        <Field
          label={say("explore.search")}
          hint={say("explore.search-hint")}
          value={words}
          onChange={(typed) => model.search(typed)}
          autoCapitalize="none"
          type="search"
        />
        {address && (
          <Button look="primary" icon={ArrowRight} type="submit">
            {say("explore.go-to", { address: address.room })}
          </Button>
        )}
      </form>
      {!address && <FoundRooms app={app} session={session} model={model} />}
    </div>
  );
}

function FoundRooms({ app, session, model }: { app: AppModel; session: Session; model: ExploreModel }) {
  const say = useSay();
  const words = useLive(model.words);
  const rooms = useLive(model.rooms);
  const busy = useLive(model.busy);
  const failure = useLive(model.failure);
  const hasMore = useLive(model.hasMore);
  const whole = words.trim() ? "explore.found" : "explore.all";
  const counted = say(hasMore ? "explore.first" : whole, { count: rooms.length });
  return (
    <>
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      <p className={styles.muted} role="status">
        {busy ? say("common.loading") : counted}
      </p>
      <ul className={styles.rooms} aria-label={say("explore.title")}>
        {rooms.map((room) => (
          <li key={room.roomId}>
            <Found app={app} session={session} room={room} />
          </li>
        ))}
      </ul>
      {hasMore && (
        <Button isDisabled={busy} onPress={() => void model.loadMore()}>
          {say("explore.more")}
        </Button>
      )}
    </>
  );
}

function Found({ app, session, room }: { app: AppModel; session: Session; room: RoomPreview }) {
  const model = useMemo(() => new PreviewModel(session, room.roomId, room.servers, room), [session, room]);
  return <RoomCard app={app} model={model} room={room} />;
}
