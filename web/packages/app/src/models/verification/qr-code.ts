// QR codes with bytes in them: drawn as a grid of modules, read from the pixels of a camera.
import encodeQR from "qr";

/** Rows of dark modules. */
export function modulesOf(bytes: Uint8Array): readonly (readonly boolean[])[] {
  // The library takes text; one character stands for one byte on its way.
  return encodeQR(String.fromCharCode(...bytes), "raw", {
    ecc: "low",
    encoding: "byte",
    border: 2,
    textEncoder: (text) => Uint8Array.from(text, (character) => character.charCodeAt(0)),
  });
}

/** One path that draws all dark modules, for a view box as wide as there are modules. */
export function pathOf(modules: readonly (readonly boolean[])[]): string {
  let path = "";
  for (const [y, row] of modules.entries()) {
    for (const [x, dark] of row.entries()) if (dark) path += `M${x} ${y}h1v1h-1z`;
  }
  return path;
}

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** RGBA. */
  readonly data: Uint8ClampedArray;
}

/** The bytes of a code in the picture, or nothing when there is none to be read. */
export async function readCode(pixels: Pixels): Promise<Uint8Array | undefined> {
  // Only those who scan need it.
  const { default: decodeQR } = await import("qr/decode.js");
  try {
    const text = decodeQR(pixels, {
      textDecoder: (bytes) => String.fromCharCode(...bytes),
    });
    return Uint8Array.from(text, (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
