// One message that was found: who said it, where and when, and the words that it was found by.
import { type Content, type Found, plainOf, type RoomSummary } from "@herold/engine";
import { File, Image, type LucideIcon, Mic, Music, Video } from "lucide-react";
import { GridListItem } from "react-aria-components";

import { excerpt, type SearchModel } from "../../models/search/search.model.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { useTexts } from "../../parts/texts.tsx";
import { fileName, shortWords } from "../../texts/short-words.ts";
import type { Texts } from "../../texts/texts.ts";
import { fullTime, shortTime } from "../../texts/times.ts";
import { Marked } from "./marked.view.tsx";
import styles from "./search.module.css";

const ICONS: { readonly [Kind in Content["kind"]]?: LucideIcon } = {
  image: Image,
  video: Video,
  audio: Music,
  voice: Mic,
  file: File,
};

interface Props {
  readonly model: SearchModel;
  readonly found: Found;
  /** The room it was said in, where that is not clear. */
  readonly room: RoomSummary | undefined;
}

export function FoundRow({ model, found, room }: Props) {
  const texts = useTexts();
  const { say, locale } = texts;
  const sender = found.mine ? say("common.you") : found.sender.name;
  const words = lineOf(found.content, texts);
  const shown = excerpt(words, model.marks(words));
  const Icon = ICONS[found.content.kind];
  return (
    <GridListItem id={found.eventId} textValue={`${sender}: ${words}`} className={styles.row ?? ""}>
      <Avatar id={found.sender.userId} name={found.sender.name} address={found.sender.avatar} />
      <div className={styles.words}>
        <div className={styles.head}>
          <span className={styles.who}>
            <strong>{sender}</strong>
            {room && <span className={styles.where}>{room.name}</span>}
          </span>
          <time
            className={styles.time}
            dateTime={new Date(found.atMs).toISOString()}
            title={fullTime(found.atMs, locale)}
          >
            {shortTime(found.atMs, Date.now(), locale, say)}
          </time>
        </div>
        <p className={styles.excerpt} dir="auto">
          {Icon && <Icon aria-hidden size={15} className={styles.kind} />}
          <Marked text={shown.text} marks={shown.marks} />
        </p>
      </div>
    </GridListItem>
  );
}

/** Of a file its name as well as what was written under it: either may be what was looked for. */
function lineOf(content: Content, texts: Texts): string {
  if (content.kind === "voice" || !("caption" in content)) return shortWords(content, texts);
  const name = fileName(content, texts.say);
  return content.caption ? `${name} – ${plainOf(content.caption)}` : name;
}
