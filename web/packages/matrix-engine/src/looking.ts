// What is to be seen of a file, and nothing else. The part that looks is loaded with the first file that somebody sends.
import type { Measures } from "./pictures.ts";

const looking = () => import("./pictures.ts");

/** A file that cannot be looked at is sent without measures. */
export async function measured(file: Blob): Promise<Measures> {
  const loaded = await looking().catch(() => undefined);
  return loaded?.measured(file) ?? { info: {}, thumbnail: undefined };
}

/** The file without what a camera wrote into it. It does not go where that cannot be taken out. */
export async function bare(file: Blob): Promise<Blob> {
  return /^(image|video)\//.test(file.type) ? (await looking()).withoutTraces(file) : file;
}

/** How large a picture is; nothing for what is no picture that is shown. */
export async function sizeOf(file: Blob): Promise<{ width: number; height: number } | undefined> {
  const loaded = await looking().catch(() => undefined);
  return loaded?.sizeOf(file);
}
