// A picture as others see it in a circle or a square: its middle, and no larger than it is ever shown.

const SIDE = 512;

/** Fails for what is no picture. */
export async function squared(file: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(file);
  const side = Math.min(bitmap.width, bitmap.height);
  const made = Math.min(side, SIDE);
  const canvas = new OffscreenCanvas(made, made);
  const [left, top] = [(bitmap.width - side) / 2, (bitmap.height - side) / 2];
  canvas.getContext("2d")?.drawImage(bitmap, left, top, side, side, 0, 0, made, made);
  bitmap.close();
  // Every Matrix app shows it, and it may be transparent.
  return canvas.convertToBlob({ type: "image/png" });
}
