// A picture of a message, as large as there is room; what moves moves only where the person wants it.
import type { Picture, SendState, TimelineItem } from "@herold/engine";
import { ImageOff, Play } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components";

import type { ConversationModel } from "../../models/conversation.model.ts";
import { useFile, useStill } from "../../parts/file-address.ts";
import { useLessMotion } from "../../parts/motion.ts";
import { ProgressRing } from "../../parts/progress-ring.tsx";
import { useSay } from "../../parts/texts.tsx";
import { Blurhash } from "./blurhash.view.tsx";
import { boxOf, stickerBoxOf } from "./picture-box.ts";
import styles from "./pictures.module.css";

export const PREVIEW_SIDE = 800;

interface Props {
  readonly name: string;
  readonly picture: Picture;
  /** Fills the place it is given, as a tile of an album. */
  readonly tile?: boolean;
  /** Has no ground, and is no larger than it needs to be. */
  readonly sticker?: boolean;
  /** How it fares on its way up, and how it is held back. */
  readonly sending?: { readonly state: SendState; readonly cancel: () => void } | undefined;
  /** Shows it on its own; without it the picture is only looked at. */
  readonly onOpen?: (() => void) | undefined;
}

export function PictureView({ name, picture, tile = false, sticker = false, sending, onOpen }: Props) {
  const say = useSay();
  const lessMotion = useLessMotion();
  const [moving, setMoving] = useState(false);
  const moves = picture.animated && (moving || !lessMotion);
  const box = tile ? {} : { style: sticker ? stickerBoxOf(picture) : boxOf(picture) };
  const inner =
    moves || !picture.animated ? (
      <Shown name={name} picture={picture} />
    ) : (
      <Still name={name} picture={picture} />
    );
  return (
    <div className={styles.picture} data-tile={tile} data-sticker={sticker} {...box}>
      {onOpen ? (
        <Button
          className={styles.open ?? ""}
          aria-label={say("message.open-picture", { name })}
          onPress={onOpen}
        >
          {inner}
        </Button>
      ) : (
        inner
      )}
      {picture.animated && !moves && (
        <Button
          className={styles.move ?? ""}
          aria-label={say("message.play", { name })}
          onPress={() => setMoving(true)}
        >
          <Play aria-hidden size={18} />
        </Button>
      )}
      {sending?.state.kind === "sending" && sending.state.progress !== undefined && (
        <ProgressRing
          part={sending.state.progress}
          label={say("message.sending-name", { name })}
          cancel={{ label: say("message.cancel-name", { name }), act: sending.cancel }}
        />
      )}
    </div>
  );
}

export function sendingOf(model: ConversationModel, { id, state }: TimelineItem): Props["sending"] {
  return {
    state,
    cancel: () =>
      void model.timeline
        .peek()
        .discard(id)
        .catch(() => undefined),
  };
}

function Shown({ name, picture }: { name: string; picture: Picture }) {
  const small = picture.thumbnail ?? picture.source;
  // A moving picture moves; its small one does not.
  const loaded = useFile(picture.animated ? picture.source : small, {
    wanted: true,
    ...(picture.animated ? {} : { side: PREVIEW_SIDE }),
  });
  return <Loading name={name} picture={picture} loaded={loaded} />;
}

function Still({ name, picture }: { name: string; picture: Picture }) {
  const loaded = useStill(picture.thumbnail ?? picture.source);
  return <Loading name={name} picture={picture} loaded={loaded} />;
}

function Loading({
  name,
  picture,
  loaded,
}: {
  name: string;
  picture: Picture;
  loaded: ReturnType<typeof useFile>;
}) {
  const say = useSay();
  if (loaded.kind === "ready")
    return <img src={loaded.address} alt={name} className={styles.image} draggable={false} />;
  return (
    <span className={styles.waiting}>
      {picture.blurhash && <Blurhash hash={picture.blurhash} />}
      {loaded.kind === "failed" && <ImageOff role="img" aria-label={say("message.picture-failed")} />}
    </span>
  );
}
