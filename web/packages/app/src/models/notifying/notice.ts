// What a notification says, as much of it as the person wants to be seen.
import type { News } from "@herold/engine";

import { lineWords } from "../../texts/line-words.ts";
import type { Say } from "../../texts/texts.ts";
import type { PreferencesHere } from "../preferences/here.ts";
import { tagOf } from "./tag.ts";

export interface Notice {
  /** A newer one of the same conversation takes its place. */
  readonly tag: string;
  readonly userId: string;
  readonly roomId: string;
  readonly eventId: string | undefined;
  readonly title: string;
  readonly body: string;
}

export function noticeOf(
  news: News,
  userId: string,
  shows: Exclude<PreferencesHere["notifications"], "off">,
  say: Say,
): Notice {
  const { roomId, eventId } = news;
  return { tag: tagOf(userId, roomId), userId, roomId, eventId, ...words(news, shows, say) };
}

function words(
  { roomName, direct, sender, line }: News,
  shows: Exclude<PreferencesHere["notifications"], "off">,
  say: Say,
): Pick<Notice, "title" | "body"> {
  const invitation = line.kind === "invitation";
  const something = say(invitation ? "notifying.new-invitation" : "notifying.new-message");
  if (shows === "nothing") return { title: say("common.app-name"), body: something };
  const title = direct ? sender.name : roomName;
  if (invitation) return { title, body: say("rooms.invited-by", { name: sender.name }) };
  const text = shows === "sender" ? something : lineWords(line, say);
  // In a conversation between two it is clear who speaks.
  return { title, body: direct ? text : say("rooms.last-other", { name: sender.name, text }) };
}
