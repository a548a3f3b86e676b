// Measures and small pictures of images and videos, made in the browser. A chunk of its own (`looking.ts`).
import { Failure, type NewPicture } from "@herold/engine";
import { encode } from "blurhash";
import type { IContent } from "matrix-js-sdk";

import { isAnimated } from "./animated.ts";
import { withoutTraces } from "./traces/traces.ts";

export { withoutTraces };

const THUMBNAIL_SIDE_MAX = 800;
/** Pictures that are small already are their own thumbnail. */
const THUMBNAIL_WORTH_BYTES = 128 * 1024;

interface Smaller {
  readonly blob: Blob;
  readonly info: IContent;
}

export interface Measures {
  readonly info: IContent;
  readonly thumbnail: Smaller | undefined;
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

/** How large a picture is, from its first bytes; nothing for what is no picture that is shown. */
export async function sizeOf(file: Blob): Promise<{ width: number; height: number } | undefined> {
  if (!/^image\/(?!svg)/.test(file.type)) return undefined;
  const image = new Image();
  const address = URL.createObjectURL(file);
  try {
    image.src = address;
    await new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = reject;
    });
    return { width: image.naturalWidth, height: image.naturalHeight };
  } catch {
    return undefined;
  } finally {
    URL.revokeObjectURL(address);
  }
}

async function measuredImage(file: Blob): Promise<Measures> {
  const bitmap = await createImageBitmap(file);
  const info = {
    w: bitmap.width,
    h: bitmap.height,
    ...blurred(bitmap, bitmap.width, bitmap.height),
    ...((await isAnimated(file)) ? { "org.matrix.msc4230.is_animated": true } : {}),
  };
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
    const { videoWidth: w, videoHeight: h } = video;
    const info = { w, h, duration: Math.round(video.duration * 1000), ...blurred(video, w, h) };
    return { info, thumbnail: await small(video, video.videoWidth, video.videoHeight) };
  } finally {
    URL.revokeObjectURL(address);
  }
}

async function small(
  picture: CanvasImageSource,
  width: number,
  height: number,
  sideMax = THUMBNAIL_SIDE_MAX,
): Promise<Smaller> {
  const scale = Math.min(1, sideMax / Math.max(width, height));
  const [w, h] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const canvas = new OffscreenCanvas(w, h);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, w, h);
  const blob = await canvas.convertToBlob({ type: "image/webp", quality: 0.8 });
  return { blob, info: { w, h, mimetype: blob.type, size: blob.size } };
}

const BLURRED_SIDE = 64;

/** A few colours that tell what a picture will look like. */
function blurred(picture: CanvasImageSource, width: number, height: number): IContent {
  const scale = BLURRED_SIDE / Math.max(width, height);
  const [w, h] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const context = new OffscreenCanvas(w, h).getContext("2d");
  if (!context) return {};
  context.drawImage(picture, 0, 0, w, h);
  return { "xyz.amorgan.blurhash": encode(context.getImageData(0, 0, w, h).data, w, h, 4, 3) };
}

/** As large as stickers are shown, on screens of fine grain. */
const PACK_SIDE_MAX = 512;

/** What every browser shows. */
const PACK_TYPES = /^image\/(png|jpeg|gif|webp)$/;

/** A picture for a pack: still ones are made as small as they will be shown. Fails with `broken-file` for anything else. */
export async function pictureForPack(chosen: Blob): Promise<NewPicture> {
  if (!/^image\/(?!svg)/.test(chosen.type)) throw new Failure("broken-file");
  const file = await withoutTraces(chosen);
  const bitmap = await createImageBitmap(file).catch((cause) => {
    throw new Failure("broken-file", { cause });
  });
  try {
    const { width: w, height: h } = bitmap;
    const measures = { w, h, mimetype: file.type, size: file.size };
    if (await isAnimated(file))
      return { file, animated: true, info: { ...measures, "org.matrix.msc4230.is_animated": true } };
    if (Math.max(w, h) <= PACK_SIDE_MAX && PACK_TYPES.test(file.type))
      return { file, animated: false, info: measures };
    const { blob, info } = await small(bitmap, w, h, PACK_SIDE_MAX);
    return { file: blob, animated: false, info };
  } finally {
    bitmap.close();
  }
}
