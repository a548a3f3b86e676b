// What the first link of a message leads to. The server looks at the page, so in encrypted conversations it is asked
// only when the person wants it: it would learn the link.
import type { LinkPreview } from "@herold/engine";
import { Eye } from "lucide-react";
import { use, useEffect, useState } from "react";

import { MediaContext } from "../../../parts/avatar.tsx";
import { Button } from "../../../parts/button.tsx";
import { useFile } from "../../../parts/file-address.ts";
import { useSay } from "../../../parts/texts.tsx";
import styles from "./link-preview.module.css";

interface Props {
  readonly link: string;
  readonly encrypted: boolean;
}

export function LinkPreviewView({ link, encrypted }: Props) {
  const say = useSay();
  const media = use(MediaContext);
  const [wanted, setWanted] = useState(!encrypted);
  const [preview, setPreview] = useState<LinkPreview | "none">();
  useEffect(() => {
    if (!wanted || !media) return undefined;
    let left = false;
    media.preview(link).then(
      (found) => left || setPreview(found ?? "none"),
      () => left || setPreview("none"),
    );
    return () => {
      left = true;
    };
  }, [wanted, media, link]);
  if (!wanted) {
    return (
      <Button look="quiet" icon={Eye} onPress={() => setWanted(true)}>
        {say("message.show-preview")}
      </Button>
    );
  }
  if (preview === "none") {
    // Without being asked nobody has to be told that there is nothing.
    return encrypted ? <p className={styles.none}>{say("message.no-preview")}</p> : null;
  }
  return preview ? <PreviewView link={link} preview={preview} /> : null;
}

function PreviewView({ link, preview }: { link: string; preview: LinkPreview }) {
  const picture = useFile(preview.picture, { wanted: preview.picture !== undefined, side: 320 });
  return (
    <a className={styles.preview} href={link} target="_blank" rel="noreferrer noopener">
      {picture.kind === "ready" && <img className={styles.picture} src={picture.address} alt="" />}
      <span className={styles.words}>
        <span className={styles.site}>{preview.site ?? new URL(link).host}</span>
        <strong>{preview.title}</strong>
        {preview.description && <span className={styles.description}>{preview.description}</span>}
      </span>
    </a>
  );
}
