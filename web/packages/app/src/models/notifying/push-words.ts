// The words that the service worker says, in the person's language.
import type { Say } from "../../texts/texts.ts";
import type { PushNote } from "./push-note.ts";

const KINDS = ["image", "video", "audio", "file", "location"] as const;

export function wordsForWorker(say: Say, appName: string): PushNote["words"] {
  return {
    appName,
    newMessage: say("notifying.new-message"),
    // Its gaps are filled by the worker.
    saidBy: say("rooms.last-other", { name: "{name}", text: "{text}" }),
    kinds: Object.fromEntries(KINDS.map((kind) => [kind, say(`rooms.last-${kind}`)])),
  };
}
