// What is seen and heard: the other's picture or screen large, one's own small.
import type { Call, CallStream } from "@herold/engine";
import { MicOff } from "lucide-react";
import { useEffect, useRef } from "react";

import { Avatar } from "../../parts/avatar.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./call.module.css";

export function StreamsView({ call, streams }: { call: Call; streams: readonly CallStream[] }) {
  const say = useSay();
  const { name } = call.other;
  const theirs = streams.filter((stream) => !stream.mine);
  const mine = streams.filter((stream) => stream.mine && !stream.pictureOff && stream.what === "person");
  const screen = theirs.find((stream) => stream.what === "screen");
  const person = theirs.find((stream) => stream.what === "person");
  const shown = screen ?? person;
  return (
    <div className={styles.streams}>
      {shown && !shown.pictureOff ? (
        <Picture
          stream={shown}
          name={shown === screen ? say("calls.screen-of", { name }) : name}
          className={styles.theirs}
        />
      ) : (
        <div className={styles.nobody}>
          <Avatar id={call.other.userId} name={name} address={call.other.avatar} size="large" />
        </div>
      )}
      {person?.soundOff && (
        <span className={styles.muted}>
          <MicOff role="img" aria-label={say("calls.muted", { name })} size={16} />
        </span>
      )}
      {screen && person && !person.pictureOff && (
        <Picture stream={person} name={name} className={styles.beside} />
      )}
      {mine.map((stream) => (
        <Picture key={stream.id} stream={stream} name={say("common.you")} className={styles.mine} />
      ))}
      {theirs.map((stream) => (
        <Sound key={stream.id} stream={stream} />
      ))}
    </div>
  );
}

interface PictureProps {
  readonly stream: CallStream;
  readonly name: string;
  readonly className: string | undefined;
}

/** Only the picture: what is heard comes from `Sound`, whether a picture is shown or not. */
function Picture({ stream: { stream }, name, className }: PictureProps) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current) video.current.srcObject = stream;
  }, [stream]);
  return <video ref={video} className={className} aria-label={name} autoPlay playsInline muted />;
}

function Sound({ stream: { stream } }: { stream: CallStream }) {
  const audio = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    if (audio.current) audio.current.srcObject = stream;
  }, [stream]);
  // biome-ignore lint/a11y/useMediaCaption: nobody writes captions while people talk
  return <audio ref={audio} autoPlay />;
}
