// The segments of a JPEG (ITU-T T.81, B.1) without those in which cameras and programs write about it.
import { orientationIn, tiffOf } from "./exif.ts";
import { type Bytes, joined, startsWith } from "./parts.ts";

const EXIF = "Exif\0\0";

/** Nothing where it is no JPEG. What is cut off or has something between its segments is read as browsers read it. */
export function bareJpeg(bytes: Bytes): Bytes[] | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  const parts = [bytes.subarray(0, 2)];
  let turned = false;
  for (let at = nextMarker(bytes, 2); at < bytes.length; ) {
    const marker = bytes[at + 1] ?? 0;
    // What stands after the end is a film, or another picture.
    if (marker === 0xd9) return [...parts, bytes.subarray(at, at + 2)];
    const end = at + 2 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
    const next = marker === 0xda ? nextMarker(bytes, end) : Math.min(end, bytes.length);
    const segment = bytes.subarray(at, next);
    const isExif = marker === 0xe1 && startsWith(segment, EXIF, 4);
    // The first one says it.
    if (isExif && !turned) parts.push(...bareExif(segment));
    else parts.push(...kept(marker, segment));
    turned ||= isExif;
    at = nextMarker(bytes, Math.max(next, at + 2));
  }
  return parts;
}

/** Where the next marker stands at which a segment begins; the end of the file where there is none. */
function nextMarker(bytes: Bytes, from: number): number {
  for (let at = from; ; at += 1) {
    at = bytes.indexOf(0xff, at);
    if (at < 0) return bytes.length;
    const marker = bytes[at + 1] ?? 0;
    // Within a scan stand bytes that are none, and marks to begin anew at; any number of the first may stand before one.
    if (marker > 1 && marker < 0xff && (marker < 0xd0 || marker > 0xd8)) return at;
  }
}

function kept(marker: number, segment: Bytes): Bytes[] {
  const comment = marker === 0xfe;
  const application = marker >= 0xe0 && marker <= 0xef;
  if (!comment && !application) return [segment];
  const says = (name: string): boolean => startsWith(segment, name, 4);
  // How dense it is, without the small picture that may follow.
  if (marker === 0xe0 && says("JFIF\0") && segment.length >= 18)
    return [Uint8Array.of(0xff, 0xe0, 0, 16, ...segment.subarray(4, 16), 0, 0)];
  if (marker === 0xe2 && says("ICC_PROFILE\0")) return [segment];
  // What colours there are.
  if (marker === 0xee && says("Adobe") && segment.length >= 16)
    return [Uint8Array.of(0xff, 0xee, 0, 14, ...segment.subarray(4, 16))];
  return [];
}

function bareExif(segment: Bytes): Bytes[] {
  const orientation = orientationIn(segment.subarray(4 + EXIF.length));
  if (orientation === undefined) return [];
  const tiff = tiffOf(orientation);
  const name = new TextEncoder().encode(EXIF);
  return [joined([Uint8Array.of(0xff, 0xe1, 0, 2 + name.length + tiff.length), name, tiff])];
}
