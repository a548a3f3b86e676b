// A content in one line, wherever there is no room for more.
import type { Content } from "@herold/engine";

import type { Say } from "../../texts/texts.ts";

export function shortWords(content: Content, say: Say): string {
  switch (content.kind) {
    case "text":
    case "notice":
    case "emote":
      return content.words.plain;
    case "image":
    case "video":
    case "audio":
    case "file":
      return content.caption?.plain || content.name || say(`rooms.last-${content.kind}`);
    case "poll":
      return say("rooms.last-poll", { text: content.poll.question });
    case "membership":
    case "room":
    case "unknown":
      return say("rooms.last-other-kind");
    default:
      return say(`rooms.last-${content.kind}`);
  }
}
