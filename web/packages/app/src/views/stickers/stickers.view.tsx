// The stickers that are offered in a room: those sent lately, then pack by pack, or what was searched for.
import type { PackImage, Room } from "@herold/engine";
import { Sticker } from "lucide-react";
import { useEffect, useEffectEvent, useRef, useState } from "react";

import type { OfferedModel } from "../../models/stickers/offered.model.ts";
import { StickersModel } from "../../models/stickers/stickers.model.ts";
import { Button } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { useTouched } from "../../parts/media.ts";
import { useNear } from "../../parts/near.ts";
import { Notice } from "../../parts/notice.tsx";
import { SearchBox } from "../../parts/search-box.tsx";
import { useSay } from "../../parts/texts.tsx";
import { emojiMemory } from "../emoji/emoji-memory.ts";
import { Waiting } from "./pack-picture.view.tsx";
import { StickerGroupView } from "./sticker-group.view.tsx";
import styles from "./stickers.module.css";
import { walkOn } from "./walking.ts";

/** As many as are seen before one scrolls. */
const WAITING = Array.from({ length: 20 }, (_, index) => index);

/** So many packs are drawn at once; the next when one comes near their end. There may be hundreds of them. */
const PACKS_AT_ONCE = 5;

interface Props {
  readonly offered: OfferedModel;
  readonly room: Room;
  readonly focused: boolean;
  readonly onTake: (image: PackImage) => void;
  readonly onSettings: () => void;
}

export function StickersView({ offered, room, focused, onTake, onSettings }: Props) {
  const say = useSay();
  const { encrypted } = useLive(room.summary);
  const { rights } = useLive(room.details);
  const [model] = useState(() => new StickersModel(offered, emojiMemory));
  const state = useLive(offered.state);
  const empty = useLive(model.empty);
  const failure = useLive(offered.notChanged);
  if (!rights.sendStickers) {
    return (
      <div className={styles.middle}>
        <Sticker aria-hidden size={32} />
        <p>{say("stickers.not-allowed")}</p>
      </div>
    );
  }
  if (state.kind === "failed") {
    return (
      <div className={styles.middle}>
        <Notice kind="danger">{say(`failure.${state.reason}`)}</Notice>
        <Button onPress={() => void offered.load()}>{say("common.retry")}</Button>
      </div>
    );
  }
  if (state.kind === "ready" && empty) return <EmptyView room={room} onSettings={onSettings} />;
  return (
    <>
      <GroupsView
        model={model}
        offered={offered}
        focused={focused}
        waiting={state.kind === "loading"}
        onTake={onTake}
      />
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      {encrypted && <p className={styles.quiet}>{say("stickers.not-encrypted")}</p>}
    </>
  );
}

function EmptyView({ room, onSettings }: Pick<Props, "room" | "onSettings">) {
  const say = useSay();
  const { rights } = useLive(room.details);
  return (
    <div className={styles.middle}>
      <Sticker aria-hidden size={32} />
      <p>{say("stickers.none")}</p>
      {rights.setImagePacks ? (
        <Button onPress={onSettings}>{say("stickers.make")}</Button>
      ) : (
        <p className={styles.quiet}>{say("stickers.who-makes")}</p>
      )}
    </div>
  );
}

interface GroupsProps extends Pick<Props, "offered" | "focused" | "onTake"> {
  readonly model: StickersModel;
  readonly waiting: boolean;
}

function GroupsView({ model, offered, focused, waiting, onTake }: GroupsProps) {
  const say = useSay();
  const words = useLive(model.words);
  const groups = useLive(model.groups);
  const [count, setCount] = useState(PACKS_AT_ONCE);
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  // There a keyboard would come up, over half of what one wants to look at.
  const touched = useTouched();
  useEffect(() => {
    if (focused && !touched) input.current?.focus();
  }, [focused, touched]);
  return (
    <>
      <SearchBox
        label={say("stickers.search")}
        value={words}
        input={input}
        onChange={(typed) => model.search(typed)}
        onDown={() => list.current?.querySelector<HTMLElement>("[role=option]")?.focus()}
      />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: what is in it has the focus, and the keys */}
      <div
        ref={list}
        className={styles.groups}
        data-scrolls
        aria-busy={waiting}
        onKeyDown={(event) => walkOn(event, input.current)}
      >
        {waiting && (
          <div className={styles.grid} role="status" aria-label={say("common.loading")}>
            {WAITING.map((place) => (
              <span key={place} className={styles.sticker}>
                <Waiting />
              </span>
            ))}
          </div>
        )}
        {groups.slice(0, count).map((group) => (
          <StickerGroupView
            key={group.id}
            group={group}
            offered={offered}
            onTake={(offer) => {
              model.take(offer);
              onTake(offer.image);
            }}
          />
        ))}
        {count < groups.length && <More key={count} onNear={() => setCount(count + PACKS_AT_ONCE)} />}
        {!waiting && groups.length === 0 && (
          <p className={styles.quiet} role="status">
            {say("stickers.nothing")}
          </p>
        )}
      </div>
    </>
  );
}

/** Stands where a list goes on. */
function More({ onNear }: { onNear: () => void }) {
  const place = useRef<HTMLDivElement>(null);
  const near = useNear(place);
  const goOn = useEffectEvent(onNear);
  useEffect(() => {
    if (near) goOn();
  }, [near]);
  return <div ref={place} />;
}
