// What was said or happened in one line, wherever there is no room for more.
import { type Content, plainOf } from "@herold/engine";

import { type Happened, happening } from "./happening.ts";
import type { Say, Texts } from "./texts.ts";
import { clockLength } from "./times.ts";

type Language = Pick<Texts, "say" | "locale">;

/** The whole of it: what happened is a sentence already, and what somebody does begins with their name. */
export function lineWords(
  { content, sender, mine }: Happened & { readonly mine: boolean },
  { alone }: { readonly alone: boolean },
  language: Language,
): string {
  const { say } = language;
  const happened = happening({ content, sender }, say);
  if (happened !== undefined) return happened;
  const text = shortWords(content, language);
  if (content.kind === "emote") return `${sender.name} ${text}`;
  if (mine) return say("rooms.last-mine", { text });
  return alone ? text : say("rooms.last-other", { name: sender.name, text });
}

/** A content without whose it is. */
export function shortWords(content: Content, { say, locale }: Language): string {
  switch (content.kind) {
    case "text":
    case "notice":
    case "emote":
      return plainOf(content.words);
    case "image":
    case "video":
      return withCaption(say(`rooms.last-${content.kind}`), content.caption, say);
    case "voice": {
      const { durationMs } = content;
      if (durationMs === undefined) return say("rooms.last-voice");
      return say("rooms.last-voice-length", { length: clockLength(durationMs, locale) });
    }
    case "audio":
    case "file":
      return withCaption(fileName(content, say), content.caption, say);
    case "poll":
      return say("rooms.last-poll", { text: content.poll.question });
    case "membership":
    case "room":
    case "verification":
    case "unknown":
      return say("rooms.last-other-kind");
    default:
      return say(`rooms.last-${content.kind}`);
  }
}

/** A file whose name shows nothing is called by what it is. */
export function fileName(
  { kind, name }: Extract<Content, { name: string; size: unknown }>,
  say: Say,
): string {
  return name || say(`rooms.last-${kind}`);
}

function withCaption(what: string, caption: Parameters<typeof plainOf>[0] | undefined, say: Say): string {
  return caption ? say("rooms.last-caption", { what, text: plainOf(caption) }) : what;
}
