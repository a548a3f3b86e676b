// What happened to the room or in it, as a sentence; nothing for what somebody said.
import type { RoomChangeEvent, TimelineItem } from "@herold/engine";

import type { Say, Texts } from "./texts.ts";

export type Happened = Pick<TimelineItem, "content" | "sender">;

/** Several who did the same. */
export interface Crowd {
  readonly whom: string;
  readonly count: number;
}

/** So many are named; of more, the last are counted. */
const NAMED_MAX = 4;

export function crowdOf(happened: readonly Happened[], { say, locale }: Texts): Crowd {
  const names = happened.flatMap(({ content }) => (content.kind === "membership" ? content.of.name : []));
  const named = names.length > NAMED_MAX ? names.slice(0, NAMED_MAX - 1) : names;
  const others = names.length - named.length;
  const all = others > 0 ? [...named, say("happening.others", { count: others })] : named;
  return { whom: new Intl.ListFormat(locale).format(all), count: names.length };
}

export function happening({ content, sender }: Happened, say: Say, crowd?: Crowd): string | undefined {
  switch (content.kind) {
    case "membership": {
      const { change, of, reason, previousName } = content;
      const { whom, count } = crowd ?? { whom: of.name, count: 1 };
      const values = { who: sender.name, whom, before: previousName ?? of.userId, count };
      const sentence = say(`happening.${change}`, values);
      return reason ? say("happening.with-reason", { sentence, reason }) : sentence;
    }
    case "verification":
      return say("happening.verification", { who: sender.name });
    case "room":
      return changed(content.change, sender.name, say);
    default:
      return undefined;
  }
}

function changed(change: RoomChangeEvent, who: string, say: Say): string {
  switch (change.what) {
    case "name":
    case "topic":
    case "alias":
      return change.to
        ? say(`happening.${change.what}`, { who, to: change.to })
        : say(`happening.${change.what}-removed`, { who });
    case "access":
      return say("happening.access", { who, to: change.to ?? "" });
    case "history":
      return say("happening.history", { who, to: change.to ?? "" });
    default:
      return say(`happening.${change.what}`, { who });
  }
}
