// Whether a picture moves: read from its file, since its type does not say it.

/** What stands at the head of a file tells it, but for GIFs. */
const LOOKED_AT = 64 * 1024;

export async function isAnimated(file: Blob): Promise<boolean> {
  if (file.type === "image/gif") return frames(new Uint8Array(await file.arrayBuffer())) > 1;
  if (file.type !== "image/webp" && file.type !== "image/png" && file.type !== "image/apng") return false;
  const head = new Uint8Array(await file.slice(0, LOOKED_AT).arrayBuffer());
  const text = new TextDecoder("latin1").decode(head);
  if (file.type === "image/webp") return text.startsWith("RIFF") && text.slice(12).includes("ANIM");
  const control = text.indexOf("acTL");
  const picture = text.indexOf("IDAT");
  return control >= 0 && (picture < 0 || control < picture);
}

/** Counts the frames of a GIF, up to the second. */
function frames(gif: Uint8Array): number {
  let at = 13 + tableBytes(gif[10] ?? 0);
  let found = 0;
  while (at < gif.length && found < 2) {
    const block = gif[at];
    if (block === 0x2c) {
      found += 1;
      at = afterParts(gif, at + 11 + tableBytes(gif[at + 9] ?? 0));
    } else if (block === 0x21) at = afterParts(gif, at + 2);
    else break;
  }
  return found;
}

/** The bytes of a colour table, as the flags before it say. */
function tableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

/** Parts say how long they are; one that is empty ends them. */
function afterParts(gif: Uint8Array, from: number): number {
  let at = from;
  while (at < gif.length && gif[at] !== 0) at += (gif[at] ?? 0) + 1;
  return at + 1;
}
