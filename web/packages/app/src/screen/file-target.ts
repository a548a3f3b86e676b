// Where a large file goes as it is made: straight to the disk where the browser can do that, else into what the
// browser keeps for the page (on the disk as well, when it is large), and then it is saved as any other.
import { saveFile } from "../parts/save-file.ts";

export type FileTarget = (file: ReadableStream<Uint8Array>, signal: AbortSignal) => Promise<void>;

interface Chooser {
  showSaveFilePicker?(options: { suggestedName: string }): Promise<FileSystemFileHandle>;
}

/** Asks where, at once: browsers let a page ask only as the answer to a press. Nothing when the person thought better of it. */
export async function fileTarget(name: string): Promise<FileTarget | undefined> {
  const chooser = globalThis as Chooser;
  try {
    const handle = await chooser.showSaveFilePicker?.({ suggestedName: name });
    // What is aborted is not written: the file appears when it is whole.
    if (handle) return async (file, signal) => file.pipeTo(await handle.createWritable(), { signal });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return undefined;
    // Where the browser does not let the page ask, it saves as ever.
  }
  return async (file) => saveFile(await new Response(file).blob(), name);
}
