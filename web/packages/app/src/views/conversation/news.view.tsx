// Tells those who listen what is said while they are here; what they look up is not told again.
import type { TimelineItem } from "@herold/engine";
import { useEffect, useRef, useState } from "react";

import { newcomers } from "../../models/conversation/newcomers.ts";
import type { ConversationModel } from "../../models/conversation.model.ts";
import { useLive } from "../../parts/live.ts";
import { useTexts } from "../../parts/texts.tsx";
import { lineWords } from "../../texts/short-words.ts";

/** More at once are only counted: nobody wants to be read a whole page. */
const TOLD_MAX = 3;

export function NewsView({ model }: { model: ConversationModel }) {
  const texts = useTexts();
  const timeline = useLive(model.timeline);
  const items = useLive(timeline.items);
  const newer = useLive(timeline.newer);
  const before = useRef<{ readonly timeline: object; readonly items: readonly TimelineItem[] }>(undefined);
  const [told, setTold] = useState("");
  useEffect(() => {
    const known = before.current?.timeline === timeline ? before.current.items : items;
    before.current = { timeline, items };
    const news = newer === "end" ? newcomers(known, items) : [];
    if (news.length === 0) return;
    setTold(
      news.length > TOLD_MAX
        ? texts.say("conversation.news", { count: news.length })
        : news.map((item) => lineWords(item, { alone: false }, texts)).join("\n"),
    );
  }, [timeline, items, newer, texts]);
  return (
    <p className="visually-hidden" role="status">
      {told}
    </p>
  );
}
