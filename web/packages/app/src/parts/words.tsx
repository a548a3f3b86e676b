// What somebody wrote: as they formatted it, with nothing that could do harm.
import type { Words } from "@herold/engine";
import createPurifier from "dompurify";
import { useMemo } from "react";

import styles from "./words.module.css";

/** What the specification lets a message contain, without pictures of elsewhere. */
const TAGS =
  "a b blockquote br caption code del details div em h1 h2 h3 h4 h5 h6 hr i li ol p pre s span strike strong sub summary sup table tbody td th thead tr u ul".split(
    " ",
  );
const ATTRIBUTES = ["href", "start", "class", "data-mx-spoiler"];
/** How deep elements may stand in each other, as the specification advises. */
const DEPTH_MAX = 100;

/** What leads to a person, a room or a message opens in the app. */
const MATRIX = /^(https:\/\/matrix\.to\/#\/|matrix:)/;

const purifier = createPurifier(window);

purifier.addHook("afterSanitizeAttributes", (node) => {
  if (node.tagName === "A") {
    node.setAttribute("target", "_blank");
    node.setAttribute("rel", "noreferrer noopener");
    if (MATRIX.test(node.getAttribute("href") ?? "")) node.setAttribute("data-matrix", "");
  }
  const language = /^language-[\w+-]{1,32}$/.exec(node.getAttribute("class") ?? "");
  if (language) node.setAttribute("class", language[0]);
  else node.removeAttribute("class");
});

purifier.addHook("uponSanitizeElement", (node) => {
  let depth = 0;
  for (let above = node.parentNode; above; above = above.parentNode) depth += 1;
  if (depth > DEPTH_MAX) node.parentNode?.removeChild(node);
});

export function sanitized(html: string): string {
  // Older clients repeat what they answer to.
  const own = html.replace(/<mx-reply>[\s\S]*?<\/mx-reply>/g, "");
  return purifier.sanitize(own, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOWED_URI_REGEXP: /^(https?|mailto|matrix|magnet|ftp):/i,
    ALLOW_DATA_ATTR: false,
  });
}

const ADDRESS = /((?:https?:\/\/|matrix:(?:r|u|roomid)\/)[^\s<>"]+[^\s<>".,;:!?)\]}'])/g;

export function WordsView({ words, onMatrixLink }: { words: Words; onMatrixLink: (link: string) => void }) {
  const html = useMemo(() => (words.html ? sanitized(words.html) : undefined), [words.html]);
  const open = (event: React.MouseEvent): void => {
    const link = (event.target as Element).closest("a[data-matrix]")?.getAttribute("href");
    const spoiler = (event.target as Element).closest("[data-mx-spoiler]");
    if (spoiler) spoiler.toggleAttribute("data-shown", true);
    if (!link) return;
    event.preventDefault();
    onMatrixLink(link);
  };
  if (html !== undefined) {
    return (
      // biome-ignore lint/a11y/useKeyWithClickEvents: links inside answer to the keyboard themselves
      // biome-ignore lint/a11y/noStaticElementInteractions: only links inside react
      <div
        className={styles.words}
        dir="auto"
        onClick={open}
        // biome-ignore lint/security/noDangerouslySetInnerHtml: sanitised just above
        dangerouslySetInnerHTML={{ __html: html }}
      />
    );
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: links inside answer to the keyboard themselves
    // biome-ignore lint/a11y/noStaticElementInteractions: only links inside react
    <div
      className={`${styles.words} ${styles.plain} ${isOnlyEmoji(words.plain) ? styles.emoji : ""}`}
      dir="auto"
      onClick={open}
    >
      {words.plain.split(ADDRESS).map((part, index) =>
        index % 2 === 1 ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
          <Address key={index} address={part} />
        ) : (
          part
        ),
      )}
    </div>
  );
}

function Address({ address }: { address: string }) {
  const inside = MATRIX.test(address) ? { "data-matrix": "" } : {};
  return (
    <a href={address} target="_blank" rel="noreferrer noopener" {...inside}>
      {address}
    </a>
  );
}

/** A few emoji and nothing else are shown large. */
function isOnlyEmoji(text: string): boolean {
  return text.length < 40 && /^(\p{RGI_Emoji}|\s){1,9}$/v.test(text);
}
