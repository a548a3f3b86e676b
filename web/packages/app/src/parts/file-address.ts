// A file of a message as an address that an image, a video or a link can have, while it is shown.
import type { Media, MediaSource } from "@herold/engine";
import { use, useEffect, useLayoutEffect, useState } from "react";

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
  const own = useOwn(source && wanted ? media?.here(source) : undefined);
  const key = source?.address && wanted && !own ? `${source.address} ${side ?? ""}` : undefined;
  const fetched = useAddress(key, (media, signal) =>
    side
      ? media.thumbnail(source as MediaSource, { width: side, height: side, method: "scale" })
      : media.download(source as MediaSource, signal),
  );
  return own ?? fetched;
}

/** A file that is in memory: its address stays when it gets another source, so that what was just sent does not blink. */
export function useOwn(file: Blob | undefined): Loaded | undefined {
  const [made, setMade] = useState<{ readonly file: Blob; readonly address: string }>();
  useLayoutEffect(() => {
    if (!file) return undefined;
    const address = URL.createObjectURL(file);
    setMade({ file, address });
    return () => letGo(address);
  }, [file]);
  if (!file) return undefined;
  return made?.file === file ? { kind: "ready", address: made.address } : LOADING;
}

/** The first moment of a picture that moves. */
export function useStill(source: MediaSource): Loaded {
  return useAddress(source.address, (media, signal) => media.download(source, signal).then(stillOf));
}

const LOADING: Loaded = { kind: "loading" };

/** What `fetch` brings under a key; nothing of another key, whose address is gone by the time it would be drawn. */
function useAddress(
  key: string | undefined,
  fetch: (media: Media, signal: AbortSignal) => Promise<Blob>,
): Loaded {
  const media = use(MediaContext);
  const [brought, setBrought] = useState<{ readonly key: string; readonly loaded: Loaded }>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says what is fetched
  useEffect(() => {
    if (key === undefined || !media) return undefined;
    const abort = new AbortController();
    let made: string | undefined;
    fetch(media, abort.signal).then(
      (blob) => {
        if (abort.signal.aborted) return;
        made = URL.createObjectURL(blob);
        setBrought({ key, loaded: { kind: "ready", address: made } });
      },
      () => abort.signal.aborted || setBrought({ key, loaded: { kind: "failed" } }),
    );
    return () => {
      abort.abort();
      setBrought(undefined);
      if (made) letGo(made);
    };
  }, [key, media]);
  return brought && brought.key === key ? brought.loaded : LOADING;
}

/** What is taken away while the browser still reads it would not be found by it. */
const READ_WITHIN_MS = 5_000;

function letGo(address: string): void {
  setTimeout(() => URL.revokeObjectURL(address), READ_WITHIN_MS);
}

export async function stillOf(file: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(file);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas.convertToBlob({ type: "image/webp" });
}
