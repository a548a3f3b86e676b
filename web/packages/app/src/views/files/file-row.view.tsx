// A file or a link of a room: what it is, whose and when, with ways to have it and to see where it was said.
import type { Found } from "@herold/engine";
import { Download, File, Link, MessageSquareText, Music } from "lucide-react";
import { use, useState } from "react";

import { wordsOf } from "../../models/files/room-files.model.ts";
import { MediaContext } from "../../parts/avatar.tsx";
import { IconButton } from "../../parts/button.tsx";
import { saveFile } from "../../parts/save-file.ts";
import { useTexts } from "../../parts/texts.tsx";
import { firstLink } from "../../parts/words.tsx";
import { fileName } from "../../texts/short-words.ts";
import { byteSize } from "../../texts/sizes.ts";
import { dateName } from "../../texts/times.ts";
import styles from "./files.module.css";

interface Props {
  readonly found: Found;
  readonly show: () => void;
}

type Fetching = "none" | "loading" | "failed";

export function FileRow({ found, show }: Props) {
  const { say, locale } = useTexts();
  const media = use(MediaContext);
  const [fetching, setFetching] = useState<Fetching>("none");
  const { content } = found;
  if (!("size" in content)) return null;
  const { size, source } = content;
  const name = fileName(content, say);
  const save = (): void => {
    if (!media) return;
    setFetching("loading");
    media.download(source).then(
      (file) => {
        saveFile(file, name);
        setFetching("none");
      },
      () => setFetching("failed"),
    );
  };
  const values = { name: whoOf(found, say), date: dateName(found.atMs, locale) };
  const about =
    size === undefined
      ? say("files.about-unsized", values)
      : say("files.about", { ...values, size: byteSize(size, locale) });
  const Icon = content.kind === "audio" ? Music : File;
  return (
    <div className={styles.row}>
      <Icon aria-hidden size={22} />
      <div className={styles.words}>
        <span className={styles.name}>{name}</span>
        <span className={styles.about} role="status">
          {fetching === "none" && about}
          {fetching === "loading" && say("common.loading")}
          {fetching === "failed" && say("message.file-failed")}
        </span>
      </div>
      <IconButton
        icon={Download}
        label={say("message.save-file", { name })}
        isDisabled={fetching === "loading"}
        onPress={save}
      />
      <IconButton icon={MessageSquareText} label={say("message.show")} onPress={show} />
    </div>
  );
}

export function LinkRow({ found, show }: Props) {
  const { say, locale } = useTexts();
  const words = wordsOf(found.content);
  if (!words) return null;
  const link = firstLink(words);
  const around = words.plain.trim();
  return (
    <div className={styles.row}>
      <Link aria-hidden size={22} />
      <div className={styles.words}>
        {link && (
          <a className={styles.name} href={link} target="_blank" rel="noreferrer noopener">
            {link.replace(/^https?:\/\/(www\.)?/, "")}
          </a>
        )}
        {around !== link && (
          <span className={styles.around} dir="auto">
            {around}
          </span>
        )}
        <span className={styles.about}>
          {say("files.about-unsized", { name: whoOf(found, say), date: dateName(found.atMs, locale) })}
        </span>
      </div>
      <IconButton icon={MessageSquareText} label={say("message.show")} onPress={show} />
    </div>
  );
}

function whoOf({ mine, sender }: Found, say: ReturnType<typeof useTexts>["say"]): string {
  return mine ? say("common.you") : sender.name;
}
