// A small picture of a pack, fetched when it is near what is looked at. What it shows is said by what it stands in.
import type { Picture } from "@herold/engine";
import { ImageOff } from "lucide-react";
import { useRef } from "react";

import { type Loaded, useFile, useStill } from "../../parts/file-address.ts";
import { useLessMotion } from "../../parts/motion.ts";
import { useNear } from "../../parts/near.ts";
import styles from "./pack-picture.module.css";

const SIDE = 128;

export function PackPicture({ picture, title }: { picture: Picture; title: string }) {
  const place = useRef<HTMLSpanElement>(null);
  const near = useNear(place);
  const lessMotion = useLessMotion();
  return (
    <span ref={place} className={styles.place} title={title}>
      {!near ? (
        <Waiting />
      ) : picture.animated && lessMotion ? (
        <Still picture={picture} />
      ) : (
        <Shown picture={picture} />
      )}
    </span>
  );
}

function Shown({ picture: { source, animated } }: { picture: Picture }) {
  // The server's small picture of one that moves stands still.
  return <Image loaded={useFile(source, { wanted: true, ...(animated ? {} : { side: SIDE }) })} />;
}

function Still({ picture: { source } }: { picture: Picture }) {
  return <Image loaded={useStill(source)} />;
}

function Image({ loaded }: { loaded: Loaded }) {
  if (loaded.kind === "ready")
    return <img src={loaded.address} alt="" className={styles.image} draggable={false} />;
  return loaded.kind === "failed" ? <ImageOff aria-hidden className={styles.failed} /> : <Waiting />;
}

export function Waiting() {
  return <span className={styles.waiting} />;
}
