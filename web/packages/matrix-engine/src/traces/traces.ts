// What cameras write into pictures and films besides what is to be seen: where and when they were made, with which
// device, by whom. It stays on the device, as far as the kinds of files are known here. The picture stays as it is, to
// the last bit; what else a file holds besides it does not: a small one of what was cut away, a film behind it, what makes
// it brighter on some screens.
import { bareFilm } from "./film.ts";
import { bareJpeg } from "./jpeg.ts";
import type { Bytes } from "./parts.ts";
import { barePng } from "./png.ts";
import { bareWebp } from "./webp.ts";

/** The file without traces. What is none of the kinds that are known comes back as it is. Fails with `broken-file`. */
export async function withoutTraces(file: Blob): Promise<Blob> {
  if (file.type.startsWith("video/")) return again(file, await bareFilm(file));
  if (!file.type.startsWith("image/")) return file;
  const bytes: Bytes = new Uint8Array(await file.arrayBuffer());
  // What a picture is stands in its first bytes, whatever it calls itself.
  return again(file, bareJpeg(bytes) ?? barePng(bytes) ?? bareWebp(bytes));
}

function again(file: Blob, parts: readonly (Blob | Bytes)[] | undefined): Blob {
  return parts ? new Blob([...parts], { type: file.type }) : file;
}
