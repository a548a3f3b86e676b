// The chunks of a WebP (RFC 9649, 2.3 to 2.7) that say what is to be seen.
import { orientationIn, tiffOf } from "./exif.ts";
import { type Bytes, joined, startsWith, textAt } from "./parts.ts";

const SEEN = new Set(["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"]);
/** Flags of VP8X. */
const [HAS_EXIF, HAS_XMP] = [0x08, 0x04];

/** Nothing where it is no WebP. Of what is cut off, what is there is seen. */
export function bareWebp(bytes: Bytes): Bytes[] | undefined {
  if (!startsWith(bytes, "RIFF") || !startsWith(bytes, "WEBP", 8)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = Math.min(bytes.length, 8 + view.getUint32(4, true));
  const chunks: Bytes[] = [];
  let orientation: number | undefined;
  for (let at = 12; at + 8 <= whole; ) {
    const size = view.getUint32(at + 4, true);
    // Chunks begin at even places.
    const end = at + 8 + size + (size & 1);
    const type = textAt(bytes, at, 4);
    if (SEEN.has(type)) chunks.push(even(bytes.slice(at, Math.min(end, whole))));
    // The first one says it.
    if (type === "EXIF") orientation ??= orientationIn(tiffIn(bytes.subarray(at + 8, at + 8 + size)));
    at = end;
  }
  for (const chunk of chunks)
    if (startsWith(chunk, "VP8X"))
      chunk[8] = ((chunk[8] ?? 0) & ~(HAS_EXIF | HAS_XMP)) | (orientation === undefined ? 0 : HAS_EXIF);
  if (orientation !== undefined) chunks.push(exifOf(orientation));
  const body = joined(chunks);
  return [headed("RIFF", 4 + body.length), new TextEncoder().encode("WEBP"), body];
}

/** The last one may lack what makes it even. */
function even(chunk: Bytes): Bytes {
  return chunk.length % 2 === 0 ? chunk : joined([chunk, new Uint8Array(1)]);
}

/** Some write it as it stands in a JPEG. */
function tiffIn(exif: Bytes): Bytes {
  return startsWith(exif, "Exif\0\0") ? exif.subarray(6) : exif;
}

function exifOf(orientation: number): Bytes {
  const tiff = tiffOf(orientation);
  return joined([headed("EXIF", tiff.length), tiff]);
}

function headed(type: string, size: number): Bytes {
  const head = new Uint8Array(8);
  head.set(new TextEncoder().encode(type));
  new DataView(head.buffer).setUint32(4, size, true);
  return head;
}
