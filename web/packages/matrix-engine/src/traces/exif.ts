// Of what Exif says only how a picture is turned is needed to show it (Exif 2.32, 4.6.4, tag 274; TIFF 6.0, section 2).

const ORIENTATION = 0x0112;
const SHORT = 3;

/** How a picture is turned, 2 to 8; nothing where it stands upright or where nobody says. */
export function orientationIn(tiff: Uint8Array): number | undefined {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  try {
    const little = view.getUint16(0) === 0x4949;
    const directory = view.getUint32(4, little);
    const count = view.getUint16(directory, little);
    for (let entry = directory + 2; entry < directory + 2 + count * 12; entry += 12) {
      if (view.getUint16(entry, little) !== ORIENTATION) continue;
      if (view.getUint16(entry + 2, little) !== SHORT) return undefined;
      const orientation = view.getUint16(entry + 8, little);
      return orientation >= 2 && orientation <= 8 ? orientation : undefined;
    }
  } catch {
    // It points to somewhere outside of itself.
  }
  return undefined;
}

/** All of Exif that a picture turned like this keeps. */
export function tiffOf(orientation: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(26));
  view.setUint32(0, 0x4d4d002a);
  view.setUint32(4, 8);
  view.setUint16(8, 1);
  view.setUint16(10, ORIENTATION);
  view.setUint16(12, SHORT);
  view.setUint32(14, 1);
  view.setUint16(18, orientation);
  return new Uint8Array(view.buffer);
}
