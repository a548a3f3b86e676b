// What a notification says, as much of it as the person wants to be seen.
import type { News } from "@herold/engine";

import { lineWords } from "../../texts/short-words.ts";
import type { Texts } from "../../texts/texts.ts";
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
  texts: Pick<Texts, "say" | "locale">,
): Notice {
  const { roomId, eventId } = news;
  return { tag: tagOf(userId, roomId), userId, roomId, eventId, ...words(news, shows, texts) };
}

function words(
  { roomName, direct, sender, what }: News,
  shows: Exclude<PreferencesHere["notifications"], "off">,
  texts: Pick<Texts, "say" | "locale">,
): Pick<Notice, "title" | "body"> {
  const { say } = texts;
  const invitation = what.kind === "invitation";
  const something = say(invitation ? "notifying.new-invitation" : "notifying.new-message");
  if (shows === "nothing") return { title: say("common.app-name"), body: something };
  const title = direct ? sender.name : roomName;
  if (what.kind === "invitation") return { title, body: say("rooms.invited-by", { name: sender.name }) };
  // In a conversation between two it is clear who speaks.
  if (shows === "all")
    return { title, body: lineWords({ content: what, sender, mine: false }, { alone: direct }, texts) };
  return {
    title,
    body: direct ? something : say("rooms.last-other", { name: sender.name, text: something }),
  };
}
