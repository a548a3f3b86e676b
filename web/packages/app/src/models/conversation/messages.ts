// What a message is good for: pure, from its content.
import type { Content, TimelineItem } from "@herold/engine";

/** The words of a message, as they go to the clipboard. */
export function wordsToCopy(content: Content): string | undefined {
  switch (content.kind) {
    case "text":
    case "notice":
    case "emote":
      return content.words.plain;
    case "image":
    case "video":
    case "audio":
    case "voice":
    case "file":
      return content.caption?.plain;
    case "location":
      return `${content.latitude}, ${content.longitude}`;
    default:
      return undefined;
  }
}

/** What was said can be said again elsewhere; what happened cannot, nor a vote that goes on here. */
export function mayForward({ eventId, content }: TimelineItem): boolean {
  switch (content.kind) {
    case "text":
    case "notice":
    case "emote":
    case "image":
    case "video":
    case "audio":
    case "voice":
    case "file":
    case "sticker":
    case "location":
      return eventId !== undefined;
    default:
      return false;
  }
}
