// The chunks of a PNG (W3C PNG, third edition, 5.3 and 11) that say what is to be seen.
import { orientationIn, tiffOf } from "./exif.ts";
import { type Bytes, joined, startsWith, textAt } from "./parts.ts";

const SIGNATURE = "\x89PNG\r\n\x1a\n";

/** CgBI is how Apple marks its own, which show nothing without it. */
const SEEN = new Set(
  "IHDR PLTE IDAT IEND CgBI tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT".split(
    " ",
  ),
);

/** Nothing where it is no PNG. Of what is cut off, what is there is seen. */
export function barePng(bytes: Bytes): Bytes[] | undefined {
  if (!startsWith(bytes, SIGNATURE)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts = [bytes.subarray(0, SIGNATURE.length)];
  for (let at = SIGNATURE.length; at + 8 <= bytes.length; ) {
    const end = at + 12 + view.getUint32(at);
    const type = textAt(bytes, at + 4, 4);
    const chunk = bytes.subarray(at, end);
    if (type === "eXIf") parts.push(...bareExif(chunk));
    else if (SEEN.has(type)) parts.push(chunk);
    if (type === "IEND") return parts;
    at = end;
  }
  return parts;
}

function bareExif(chunk: Bytes): Bytes[] {
  const orientation = orientationIn(chunk.subarray(8, -4));
  if (orientation === undefined) return [];
  const tiff = tiffOf(orientation);
  const checked = joined([new TextEncoder().encode("eXIf"), tiff]);
  return [uint32(tiff.length), checked, uint32(checksum(checked))];
}

function uint32(value: number): Bytes {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, value);
  return new Uint8Array(view.buffer);
}

/** CRC-32 as PNG has it (annex D). */
function checksum(bytes: Bytes): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
