// Pictures, videos, sounds and files of messages, fetched when they are looked at.
import type { Content } from "@herold/engine";
import { Download, File, Play } from "lucide-react";
import { useState } from "react";
import { Button as Pressable } from "react-aria-components";
import { IconButton } from "../../../parts/button.tsx";
import { useFile } from "../../../parts/file-address.ts";
import { useTexts } from "../../../parts/texts.tsx";
import { fileName } from "../../../texts/short-words.ts";
import { byteSize } from "../../../texts/sizes.ts";
import { Blurhash } from "../../pictures/blurhash.view.tsx";
import { PREVIEW_SIDE } from "../../pictures/picture.view.tsx";
import { boxOf } from "../../pictures/picture-box.ts";
import pictures from "../../pictures/pictures.module.css";
import { PlayerView } from "../../voice/player.view.tsx";
import styles from "./content.module.css";

export function VideoView({ content }: { content: Extract<Content, { kind: "video" }> }) {
  const { say } = useTexts();
  const [wanted, setWanted] = useState(false);
  const still = useFile(content.picture.thumbnail, {
    wanted: content.picture.thumbnail !== undefined,
    side: PREVIEW_SIDE,
  });
  const video = useFile(content.source, { wanted });
  if (video.kind === "ready") {
    return (
      // biome-ignore lint/a11y/useMediaCaption: nobody wrote captions for what a person filmed
      <video src={video.address} controls autoPlay className={styles.video} style={boxOf(content.picture)} />
    );
  }
  return (
    <Pressable
      className={`${pictures.picture} ${pictures.open}`}
      style={boxOf(content.picture)}
      aria-label={say("message.play", { name: fileName(content, say) })}
      onPress={() => setWanted(true)}
    >
      {still.kind === "ready" ? (
        <img src={still.address} alt="" className={pictures.image} />
      ) : (
        <span className={pictures.waiting}>
          {content.picture.blurhash && <Blurhash hash={content.picture.blurhash} />}
        </span>
      )}
      <span className={styles.play}>
        {wanted && video.kind !== "failed" ? say("common.loading") : <Play aria-hidden />}
      </span>
    </Pressable>
  );
}

export function AudioView({ content }: { content: Extract<Content, { kind: "audio" | "voice" }> }) {
  const { say } = useTexts();
  const [wanted, setWanted] = useState(false);
  const sound = useFile(content.source, { wanted });
  return (
    <>
      {content.kind === "audio" && <p className={styles.soundName}>{fileName(content, say)}</p>}
      <PlayerView
        address={sound.kind === "ready" ? sound.address : undefined}
        failed={sound.kind === "failed"}
        name={content.kind === "voice" ? say("rooms.last-voice") : fileName(content, say)}
        durationMs={content.durationMs}
        waveform={content.kind === "voice" ? content.waveform : []}
        fetch={() => setWanted(true)}
      />
    </>
  );
}

export function FileView({ content, sent }: { content: Extract<Content, { kind: "file" }>; sent: boolean }) {
  const { say, locale } = useTexts();
  const [wanted, setWanted] = useState(false);
  const file = useFile(content.source, { wanted });
  const name = fileName(content, say);
  const size = content.size === undefined ? "" : byteSize(content.size, locale);
  return (
    <div className={styles.file}>
      <File aria-hidden size={22} />
      <div className={styles.fileWords}>
        <span>{name}</span>
        <span className={styles.size}>{file.kind === "failed" ? say("message.file-failed") : size}</span>
      </div>
      {sent &&
        (file.kind === "ready" ? (
          <a
            className={styles.download}
            href={file.address}
            download={name}
            aria-label={say("message.save-file", { name })}
          >
            <Download aria-hidden size={20} />
          </a>
        ) : (
          <IconButton
            icon={Download}
            label={say("message.fetch-file", { name })}
            onPress={() => setWanted(true)}
          />
        ))}
    </div>
  );
}
