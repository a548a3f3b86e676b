// A file of a message as an address that an image, a video or a link can have, while it is shown.
import type { MediaSource } from "@herold/engine";
import { use, useEffect, useState } from "react";

import { MediaContext } from "./avatar.tsx";

export type Loaded =
  | { readonly kind: "loading" }
  | { readonly kind: "failed" }
  | { readonly kind: "ready"; readonly address: string };

/** `wanted` says whether to fetch it already. `side` asks for a small picture of that size. */
export function useFile(
  source: MediaSource | undefined,
  { wanted, side }: { wanted: boolean; side?: number },
): Loaded {
  const media = use(MediaContext);
  const [loaded, setLoaded] = useState<Loaded>({ kind: "loading" });
  const address = source?.address;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address says which file it is
  useEffect(() => {
    setLoaded({ kind: "loading" });
    if (!source?.address || !media || !wanted) return undefined;
    const abort = new AbortController();
    let made: string | undefined;
    const fetched = side
      ? media.thumbnail(source, { width: side, height: side, method: "scale" })
      : media.download(source, abort.signal);
    fetched.then(
      (blob) => {
        if (abort.signal.aborted) return;
        made = URL.createObjectURL(blob);
        setLoaded({ kind: "ready", address: made });
      },
      () => abort.signal.aborted || setLoaded({ kind: "failed" }),
    );
    return () => {
      abort.abort();
      if (made) URL.revokeObjectURL(made);
    };
  }, [address, media, wanted, side]);
  return loaded;
}

/** The first moment of a picture that moves. */
export function useStill(source: MediaSource): Loaded {
  const media = use(MediaContext);
  const [loaded, setLoaded] = useState<Loaded>({ kind: "loading" });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address says which file it is
  useEffect(() => {
    if (!media) return undefined;
    setLoaded({ kind: "loading" });
    const abort = new AbortController();
    let made: string | undefined;
    media
      .download(source, abort.signal)
      .then(stillOf)
      .then(
        (blob) => {
          if (abort.signal.aborted) return;
          made = URL.createObjectURL(blob);
          setLoaded({ kind: "ready", address: made });
        },
        () => abort.signal.aborted || setLoaded({ kind: "failed" }),
      );
    return () => {
      abort.abort();
      if (made) URL.revokeObjectURL(made);
    };
  }, [source.address, media]);
  return loaded;
}

async function stillOf(file: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(file);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas.convertToBlob({ type: "image/webp" });
}
