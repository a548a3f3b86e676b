// What a picture will look like, until it is here: a few blurred colours that came with its message.
import { useEffect, useRef } from "react";

import styles from "./pictures.module.css";

/** Enough for something that is blurred. */
const SIDE = 32;

export function Blurhash({ hash }: { hash: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let over = false;
    // Without a network the place of the picture stays empty as well.
    void import("blurhash").then(
      ({ decode, isBlurhashValid }) => {
        const context = over ? undefined : canvas.current?.getContext("2d");
        if (!context || !isBlurhashValid(hash).result) return;
        const image = context.createImageData(SIDE, SIDE);
        image.data.set(decode(hash, SIDE, SIDE));
        context.putImageData(image, 0, 0);
      },
      () => undefined,
    );
    return () => {
      over = true;
    };
  }, [hash]);
  return <canvas ref={canvas} width={SIDE} height={SIDE} className={styles.blurred} aria-hidden />;
}
