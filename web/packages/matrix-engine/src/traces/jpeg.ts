// The segments of a JPEG (ITU-T T.81, B.1) without those in which cameras and programs write about it.
import { orientationIn, tiffOf } from "./exif.ts";
import { type Bytes, joined, startsWith } from "./parts.ts";

const EXIF = "Exif\0\0";

/** Nothing where it is no JPEG, or is cut off within a segment. */
export function bareJpeg(bytes: Bytes): Bytes[] | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  const parts = [bytes.subarray(0, 2)];
  let at = 2;
  while (at < bytes.length) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    // Any number of these may stand before a marker.
    if (marker === 0xff) at += 1;
    // What stands after the end is a film, or another picture.
    else if (marker === 0xd9) return [...parts, bytes.subarray(at, at + 2)];
    else {
      const end = at + 2 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
      if (end > bytes.length || end < at + 4) return undefined;
      const next = marker === 0xda ? afterScan(bytes, end) : end;
      parts.push(...kept(marker, bytes.subarray(at, next)));
      at = next;
    }
  }
  // Where the end is missing, browsers show what is there.
  return parts;
}

/** Where the next marker stands that is none within a scan. */
function afterScan(bytes: Bytes, from: number): number {
  for (let at = from; ; at += 2) {
    at = bytes.indexOf(0xff, at);
    if (at < 0) return bytes.length;
    const marker = bytes[at + 1] ?? 0;
    if (marker !== 0 && (marker < 0xd0 || marker > 0xd7)) return at;
  }
}

function kept(marker: number, segment: Bytes): Bytes[] {
  const comment = marker === 0xfe;
  const application = marker >= 0xe0 && marker <= 0xef;
  if (!comment && !application) return [segment];
  const says = (name: string): boolean => startsWith(segment, name, 4);
  if (marker === 0xe0 && says("JFIF\0")) return [segment];
  if (marker === 0xe2 && says("ICC_PROFILE\0")) return [segment];
  // What colours there are.
  if (marker === 0xee && says("Adobe")) return [segment];
  if (marker === 0xe1 && says(EXIF)) {
    const orientation = orientationIn(segment.subarray(4 + EXIF.length));
    return orientation === undefined ? [] : [exifOf(orientation)];
  }
  return [];
}

function exifOf(orientation: number): Bytes {
  const tiff = tiffOf(orientation);
  const name = new TextEncoder().encode(EXIF);
  return joined([Uint8Array.of(0xff, 0xe1, 0, 2 + name.length + tiff.length), name, tiff]);
}
