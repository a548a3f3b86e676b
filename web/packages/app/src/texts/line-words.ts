// What happened, in one line of words.
import type { LastEvent } from "@herold/engine";

import type { Say } from "./texts.ts";

export function lineWords({ kind, text }: Pick<LastEvent, "kind" | "text">, say: Say): string {
  switch (kind) {
    case "text":
    case "emote":
      return text ?? "";
    case "poll":
      return say("rooms.last-poll", { text: text ?? "" });
    case "other":
      return say("rooms.last-other-kind");
    case "image":
    case "video":
    case "audio":
    case "file":
      return text || say(`rooms.last-${kind}`);
    default:
      return say(`rooms.last-${kind}`);
  }
}
