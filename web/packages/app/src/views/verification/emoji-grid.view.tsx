// Seven emoji with their names, large enough to be compared across a table and read out on the phone.
import type { Emoji } from "@herold/engine";

import { emojiText } from "../../models/verification/emoji-names.ts";
import { useSay } from "../../parts/texts.tsx";
import styles from "./verification.module.css";

export function EmojiGrid({ emoji }: { emoji: readonly Emoji[] }) {
  const say = useSay();
  return (
    <ol className={styles.emoji}>
      {emoji.map(({ symbol, name }, place) => {
        const text = emojiText(name);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same emoji may come twice, and they never move
          <li key={place} className={styles.one}>
            <span className={styles.symbol} aria-hidden>
              {symbol}
            </span>
            <span className={styles.name}>{text ? say(text) : name}</span>
          </li>
        );
      })}
    </ol>
  );
}
