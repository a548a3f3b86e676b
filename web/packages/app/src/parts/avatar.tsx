// The round picture of a person or a room; without one, its first letter on a colour that is always the same.
import type { Media } from "@herold/engine";
import { createContext, use, useEffect, useState } from "react";

import styles from "./avatar.module.css";

export const MediaContext = createContext<Media | undefined>(undefined);

/** Hues that keep white letters readable. */
const HUES = 12;
/** What is fetched: twice the largest place, for fine screens. */
const FETCHED_PX = 96;

interface Props {
  /** What the colour is made of: an id, since names change. */
  readonly id: string;
  readonly name: string;
  readonly address: string | undefined;
  readonly size?: "small" | "normal" | "large";
  readonly square?: boolean;
}

export function Avatar({ id, name, address, size = "normal", square = false }: Props) {
  const picture = useThumbnail(address);
  const look = `${styles.avatar} ${styles[size]} ${square ? styles.square : ""}`;
  if (picture) return <img className={look} src={picture} alt="" draggable={false} />;
  return (
    <span className={look} data-hue={hueOf(id)} aria-hidden>
      {initialOf(name)}
    </span>
  );
}

function hueOf(id: string): number {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003;
  return sum % HUES;
}

const letters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The first letter as people count letters, and none of the marks before it. */
function initialOf(name: string): string {
  const plain = name.replace(/^[@#!+\s]+/, "");
  const [first] = letters.segment(plain);
  return first?.segment.toLocaleUpperCase() ?? "?";
}

/** The address of a small picture in memory, while it is needed. */
export function useThumbnail(address: string | undefined): string | undefined {
  const media = use(MediaContext);
  const [picture, setPicture] = useState<string>();
  useEffect(() => {
    setPicture(undefined);
    if (!address || !media) return undefined;
    let made: string | undefined;
    let gone = false;
    const size = { width: FETCHED_PX, height: FETCHED_PX, method: "crop" } as const;
    media.thumbnail({ address, mimeType: undefined }, size).then(
      (blob) => {
        if (gone) return;
        made = URL.createObjectURL(blob);
        setPicture(made);
      },
      // The letter stands in for a picture that does not come.
      () => undefined,
    );
    return () => {
      gone = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [address, media]);
  return picture;
}
