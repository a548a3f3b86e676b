// Measures and small pictures of images and videos, made in the browser.
import type { IContent } from "matrix-js-sdk";

const THUMBNAIL_SIDE_MAX = 800;
/** Pictures that are small already are their own thumbnail. */
const THUMBNAIL_WORTH_BYTES = 128 * 1024;

export interface Measures {
  readonly info: IContent;
  readonly thumbnail: { readonly blob: Blob; readonly info: IContent } | undefined;
}

const NOTHING: Measures = { info: {}, thumbnail: undefined };

/** A file that cannot be looked at is sent without measures. */
export async function measured(file: Blob): Promise<Measures> {
  try {
    if (/^image\/(?!svg)/.test(file.type)) return await measuredImage(file);
    if (file.type.startsWith("video/")) return await measuredVideo(file);
  } catch {
    // A broken picture is still a file.
  }
  return NOTHING;
}

async function measuredImage(file: Blob): Promise<Measures> {
  const bitmap = await createImageBitmap(file);
  const info = { w: bitmap.width, h: bitmap.height };
  const thumbnail =
    file.size > THUMBNAIL_WORTH_BYTES ? await small(bitmap, bitmap.width, bitmap.height) : undefined;
  bitmap.close();
  return { info, thumbnail };
}

async function measuredVideo(file: Blob): Promise<Measures> {
  const video = document.createElement("video");
  const address = URL.createObjectURL(file);
  try {
    video.muted = true;
    video.preload = "auto";
    video.src = address;
    await new Promise((resolve, reject) => {
      video.onloadeddata = resolve;
      video.onerror = reject;
    });
    const info = { w: video.videoWidth, h: video.videoHeight, duration: Math.round(video.duration * 1000) };
    return { info, thumbnail: await small(video, video.videoWidth, video.videoHeight) };
  } finally {
    URL.revokeObjectURL(address);
  }
}

async function small(
  picture: CanvasImageSource,
  width: number,
  height: number,
): Promise<Measures["thumbnail"]> {
  const scale = Math.min(1, THUMBNAIL_SIDE_MAX / Math.max(width, height));
  const [w, h] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const canvas = new OffscreenCanvas(w, h);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, w, h);
  const blob = await canvas.convertToBlob({ type: "image/webp", quality: 0.8 });
  return { blob, info: { w, h, mimetype: blob.type, size: blob.size } };
}
