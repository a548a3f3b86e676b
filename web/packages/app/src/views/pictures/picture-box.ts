// The room a picture takes before it is here, so that nothing moves when it comes.
import type { Picture } from "@herold/engine";

const SHOWN_WIDTH = 360;
const SHOWN_HEIGHT = 320;
const UNKNOWN = { width: 240, aspectRatio: "4 / 3" };
const WIDTH_MIN = 48;

export function boxOf({ width, height }: Picture): { width: number; aspectRatio: string } {
  if (!width || !height) return UNKNOWN;
  const scale = Math.min(1, SHOWN_WIDTH / width, SHOWN_HEIGHT / height);
  return { width: Math.max(WIDTH_MIN, width * scale), aspectRatio: `${width} / ${height}` };
}
