// The room a picture takes before it is here, so that nothing moves when it comes.
import type { Picture } from "@herold/engine";

const SHOWN_WIDTH = 360;
const SHOWN_HEIGHT = 320;
const STICKER_SIDE = 176;
const UNKNOWN = { width: 240, aspectRatio: "4 / 3" };
const WIDTH_MIN = 48;
const HEIGHT_MIN = 24;

interface Box {
  readonly width: number;
  readonly aspectRatio: string;
}

export function boxOf(picture: Picture): Box {
  return picture.width && picture.height ? boxWithin(picture, SHOWN_WIDTH, SHOWN_HEIGHT) : UNKNOWN;
}

/** A sticker says something among others: it is no picture to look at for its own sake. */
export function stickerBoxOf(picture: Picture): Box {
  return boxWithin(picture, STICKER_SIDE, STICKER_SIDE);
}

function boxWithin({ width, height }: Picture, widthMax: number, heightMax: number): Box {
  if (!width || !height) return { width: widthMax, aspectRatio: "1" };
  const scale = Math.min(1, widthMax / width, heightMax / height);
  const shown = Math.max(WIDTH_MIN, width * scale);
  // What is said to be a line is neither miles high nor nothing.
  const high = Math.min(heightMax, Math.max(HEIGHT_MIN, (shown / width) * height));
  return { width: shown, aspectRatio: `${shown} / ${high}` };
}
