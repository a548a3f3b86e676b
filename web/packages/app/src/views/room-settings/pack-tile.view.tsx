// A picture of a pack, kept or new, on a ground that shows what of it is transparent.
import type { NewPicture, PackImage } from "@herold/engine";
import { useEffect, useState } from "react";

import { stillOf, useOwn } from "../../parts/file-address.ts";
import { useLessMotion } from "../../parts/motion.ts";
import { PackPicture } from "../stickers/pack-picture.view.tsx";
import styles from "./packs.module.css";

/** `alt` is empty where what stands beside it says what it is. */
export function PackTile({ image, alt }: { image: NewPicture | PackImage; alt: string }) {
  return (
    <span className={styles.picture} {...(alt ? { role: "img", "aria-label": alt } : {})}>
      {"file" in image ? <NewTile image={image} /> : <PackPicture picture={image.picture} title={alt} />}
    </span>
  );
}

function NewTile({ image: { file, animated } }: { image: NewPicture }) {
  const lessMotion = useLessMotion();
  return animated && lessMotion ? <Still file={file} /> : <Shown file={file} />;
}

function Still({ file }: { file: Blob }) {
  const [still, setStill] = useState<Blob>();
  useEffect(() => {
    let gone = false;
    stillOf(file).then(
      (made) => gone || setStill(made),
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, [file]);
  return <Shown file={still} />;
}

function Shown({ file }: { file: Blob | undefined }) {
  const loaded = useOwn(file);
  return loaded?.kind === "ready" ? <img src={loaded.address} alt="" draggable={false} /> : null;
}
