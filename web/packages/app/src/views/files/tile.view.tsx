// A picture or a video among others.
import type { Content, Found } from "@herold/engine";
import { Film, Play } from "lucide-react";
import { Button } from "react-aria-components";

import { useTexts } from "../../parts/texts.tsx";
import { clockLength, dateName } from "../../texts/times.ts";
import { PictureView } from "../pictures/picture.view.tsx";
import styles from "./files.module.css";

interface Props {
  readonly found: Found;
  readonly onOpen: () => void;
}

export function Tile({ found: { content, sender, atMs }, onOpen }: Props) {
  const { locale } = useTexts();
  const about = `${sender.name}, ${dateName(atMs, locale)}`;
  return (
    <div className={styles.tile} title={about}>
      {content.kind === "image" && (
        <PictureView tile name={content.name} picture={content.picture} onOpen={onOpen} />
      )}
      {content.kind === "video" && <VideoTile content={content} onOpen={onOpen} />}
    </div>
  );
}

interface VideoProps {
  readonly content: Extract<Content, { kind: "video" }>;
  readonly onOpen: () => void;
}

/** A video is not fetched to be looked at this small: without a picture of its own it is only named. */
function VideoTile({ content: { name, picture, durationMs }, onOpen }: VideoProps) {
  const { say, locale } = useTexts();
  return (
    <>
      {picture.thumbnail ? (
        <PictureView tile name={name} picture={picture} onOpen={onOpen} />
      ) : (
        <Button
          className={styles.unseen ?? ""}
          aria-label={say("message.open-picture", { name })}
          onPress={onOpen}
        >
          <Film aria-hidden size={24} />
        </Button>
      )}
      <span className={styles.length}>
        <Play role="img" aria-label={say("rooms.last-video")} size={12} />
        {durationMs !== undefined && clockLength(durationMs, locale)}
      </span>
    </>
  );
}
