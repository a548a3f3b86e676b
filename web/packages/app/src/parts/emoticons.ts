// Pictures of packs among words. Each is the words that stand for it until it is here.
import type { Media } from "@herold/engine";

/** Twice as large as the largest that is shown, for screens of fine grain. */
const SIDE = 96;
const SIZE = { width: SIDE, height: SIDE, method: "scale" } as const;

/** A message with more of them does not want to be read: the others stay words. */
const SHOWN_MAX = 100;

/** Shows those in `place`, whose address stands in an attribute, until it is over. */
export function showEmoticons(place: Element, attribute: string, media: Media, over: AbortSignal): void {
  const pictures = place.querySelectorAll<HTMLImageElement>(`img[${attribute}]`);
  for (const picture of [...pictures].slice(0, SHOWN_MAX))
    void show(picture, picture.getAttribute(attribute) ?? "", media, over);
}

async function show(
  picture: HTMLImageElement,
  address: string,
  media: Media,
  over: AbortSignal,
): Promise<void> {
  const file = await media.thumbnail({ address, mimeType: undefined }, SIZE).catch(() => undefined);
  if (!file || over.aborted) return;
  const made = URL.createObjectURL(file);
  picture.src = made;
  over.addEventListener("abort", () => {
    picture.removeAttribute("src");
    URL.revokeObjectURL(made);
  });
}
