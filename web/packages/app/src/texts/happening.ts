// What happened to the room or in it, as a sentence; nothing for what somebody said.
import type { RoomChangeEvent, TimelineItem } from "@herold/engine";

import type { Say } from "./texts.ts";

export type Happened = Pick<TimelineItem, "content" | "sender">;

export function happening({ content, sender }: Happened, say: Say): string | undefined {
  switch (content.kind) {
    case "membership": {
      const { change, of, reason, previousName } = content;
      const values = { who: sender.name, whom: of.name, before: previousName ?? of.userId };
      const sentence = say(`happening.${change}`, values);
      return reason ? say("happening.with-reason", { sentence, reason }) : sentence;
    }
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
