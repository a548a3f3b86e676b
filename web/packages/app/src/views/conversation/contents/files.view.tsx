// Pictures, videos, sounds and files of messages, fetched when they are looked at.
import type { Content, Picture } from "@herold/engine";
import { Download, File, ImageOff, Play, X } from "lucide-react";
import { useState } from "react";
import { Dialog, DialogTrigger, Modal, ModalOverlay, Button as Pressable } from "react-aria-components";
import { IconButton } from "../../../parts/button.tsx";
import { useFile } from "../../../parts/file-address.ts";
import { useTexts } from "../../../parts/texts.tsx";
import { byteSize } from "../../../texts/sizes.ts";
import { PlayerView } from "../../voice/player.view.tsx";
import styles from "./content.module.css";

const PREVIEW_SIDE = 800;
const SHOWN_WIDTH = 360;
const SHOWN_HEIGHT = 320;

/** The room a picture takes before it is here, so that nothing moves when it comes. */
function boxOf({ width, height }: Picture): { width: number; aspectRatio: string } {
  const [w, h] = [width || 4, height || 3];
  const scale = Math.min(1, SHOWN_WIDTH / w, SHOWN_HEIGHT / h);
  return { width: Math.max(48, width ? w * scale : 240), aspectRatio: `${w} / ${h}` };
}

export function ImageView({
  name,
  picture,
  sticker = false,
}: {
  name: string;
  picture: Picture;
  sticker?: boolean;
}) {
  const { say } = useTexts();
  const small = picture.thumbnail ?? picture.source;
  // A moving picture moves; its small one does not.
  const loaded = useFile(picture.animated ? picture.source : small, {
    wanted: true,
    ...(picture.animated ? {} : { side: PREVIEW_SIDE }),
  });
  const image =
    loaded.kind === "ready" ? (
      <img src={loaded.address} alt={name} className={styles.image} draggable={false} />
    ) : (
      <span className={styles.waiting}>
        {loaded.kind === "failed" && <ImageOff role="img" aria-label={say("message.picture-failed")} />}
      </span>
    );
  if (sticker) return <div style={boxOf(picture)}>{image}</div>;
  return (
    <DialogTrigger>
      <Pressable
        className={styles.picture ?? ""}
        style={boxOf(picture)}
        aria-label={say("message.open-picture", { name })}
      >
        {image}
      </Pressable>
      <ModalOverlay className={styles.lightbox ?? ""} isDismissable>
        <Modal className={styles.lightboxFrame ?? ""}>
          <Dialog aria-label={name} className={styles.lightboxDialog ?? ""}>
            {({ close }) => <Lightbox name={name} picture={picture} close={close} />}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}

function Lightbox({ name, picture, close }: { name: string; picture: Picture; close: () => void }) {
  const { say } = useTexts();
  const whole = useFile(picture.source, { wanted: true });
  return (
    <>
      <header className={styles.lightboxHead}>
        <h2>{name}</h2>
        {whole.kind === "ready" && (
          <a
            href={whole.address}
            download={name}
            className={styles.download}
            aria-label={say("message.download")}
          >
            <Download aria-hidden size={20} />
          </a>
        )}
        <IconButton icon={X} label={say("common.close")} onPress={close} />
      </header>
      {whole.kind === "ready" ? (
        <img src={whole.address} alt={name} className={styles.whole} />
      ) : (
        <p role="status">{say(whole.kind === "failed" ? "message.picture-failed" : "common.loading")}</p>
      )}
    </>
  );
}

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
      className={styles.picture ?? ""}
      style={boxOf(content.picture)}
      aria-label={say("message.play", { name: content.name })}
      onPress={() => setWanted(true)}
    >
      {still.kind === "ready" ? (
        <img src={still.address} alt="" className={styles.image} />
      ) : (
        <span className={styles.waiting} />
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
      {content.kind === "audio" && <p className={styles.soundName}>{content.name}</p>}
      <PlayerView
        address={sound.kind === "ready" ? sound.address : undefined}
        failed={sound.kind === "failed"}
        name={content.kind === "voice" ? say("rooms.last-voice") : content.name}
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
  const size = content.size === undefined ? "" : byteSize(content.size, locale);
  return (
    <div className={styles.file}>
      <File aria-hidden size={22} />
      <div className={styles.fileWords}>
        <span>{content.name}</span>
        <span className={styles.size}>{file.kind === "failed" ? say("message.file-failed") : size}</span>
      </div>
      {sent &&
        (file.kind === "ready" ? (
          <a
            className={styles.download}
            href={file.address}
            download={content.name}
            aria-label={say("message.save-file", { name: content.name })}
          >
            <Download aria-hidden size={20} />
          </a>
        ) : (
          <IconButton
            icon={Download}
            label={say("message.fetch-file", { name: content.name })}
            onPress={() => setWanted(true)}
          />
        ))}
    </div>
  );
}
