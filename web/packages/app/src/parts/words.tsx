// What somebody wrote: as they formatted it, with nothing that could do harm.
import { isFileAddress, type Words } from "@herold/engine";
import createPurifier from "dompurify";
import { use, useEffect, useMemo, useRef } from "react";

import { MediaContext } from "./avatar.tsx";
import { useSay } from "./texts.tsx";
import { unstyled } from "./unstyled.ts";
import styles from "./words.module.css";

/** Where a picture of a pack lies that stands among the words: it is fetched with the person's rights, and shown then. */
const EMOTICON = "data-emoticon";

/** What the specification lets a message contain; of pictures only those of packs. */
const TAGS =
  "a b blockquote br caption code del details div em h1 h2 h3 h4 h5 h6 hr i img li ol p pre s span strike strong sub summary sup table tbody td th thead tr u ul".split(
    " ",
  );
const ATTRIBUTES = ["href", "start", "class", "data-mx-spoiler", "alt", "title", EMOTICON];
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
  // Whoever has no mouse uncovers it as well, and nobody is read what is covered.
  if (node.hasAttribute("data-mx-spoiler")) {
    node.setAttribute("role", "button");
    node.setAttribute("tabindex", "0");
  }
  // Long lines are scrolled by keyboard as well.
  if (node.tagName === "PRE") node.setAttribute("tabindex", "0");
  const language = /^language-[\w+-]{1,32}$/.exec(node.getAttribute("class") ?? "");
  if (language) node.setAttribute("class", language[0]);
  else node.removeAttribute("class");
});

purifier.addHook("beforeSanitizeAttributes", (node) => {
  // Words come by as well.
  if (!(node instanceof Element)) return;
  node.removeAttribute(EMOTICON);
  if (node.tagName !== "IMG") node.removeAttribute("title");
  else {
    node.setAttribute(EMOTICON, node.getAttribute("src") ?? "");
    if (!node.getAttribute("alt")) node.setAttribute("alt", node.getAttribute("title") ?? "");
  }
});

purifier.addHook("uponSanitizeElement", (node) => {
  if (node instanceof Element && node.tagName === "IMG" && !isEmoticon(node)) node.remove();
  let depth = 0;
  for (let above = node.parentNode; above; above = above.parentNode) depth += 1;
  if (depth > DEPTH_MAX) node.parentNode?.removeChild(node);
});

function isEmoticon(picture: Element): boolean {
  return picture.hasAttribute("data-mx-emoticon") && isFileAddress(picture.getAttribute("src") ?? "");
}

export function sanitized(html: string): string {
  return purifier.sanitize(unstyled(html), {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOWED_URI_REGEXP: /^(https?|mailto|matrix|magnet|ftp):/i,
    // They lead nowhere.
    ADD_URI_SAFE_ATTR: ["start", "data-mx-spoiler", EMOTICON],
    ALLOW_DATA_ATTR: false,
    // What is heard is what is seen.
    ALLOW_ARIA_ATTR: false,
  });
}

const ADDRESS = /((?:https?:\/\/|matrix:(?:r|u|roomid)\/)[^\s<>"]+[^\s<>".,;:!?)\]}'])/g;

interface Props {
  readonly words: Words;
  readonly onMatrixLink: (link: string) => void;
}

export function WordsView({ words, onMatrixLink }: Props) {
  if (words.html) return <FormattedView html={words.html} onMatrixLink={onMatrixLink} />;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: links inside answer to the keyboard themselves
    // biome-ignore lint/a11y/noStaticElementInteractions: only links inside react
    <div
      className={`${styles.words} ${styles.plain} ${isOnlyEmoji(words.plain) ? styles.emoji : ""}`}
      dir="auto"
      onClick={(event) => followLink(event, onMatrixLink)}
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

/** What leads into Matrix opens here. */
function followLink(event: React.SyntheticEvent, onMatrixLink: (link: string) => void): void {
  const link = (event.target as Element).closest("a[data-matrix]")?.getAttribute("href");
  if (!link) return;
  event.preventDefault();
  onMatrixLink(link);
}

function Address({ address }: { address: string }) {
  const inside = MATRIX.test(address) ? { "data-matrix": "" } : {};
  return (
    <a href={address} target="_blank" rel="noreferrer noopener" {...inside}>
      {address}
    </a>
  );
}

function FormattedView({ html, onMatrixLink }: { html: string; onMatrixLink: (link: string) => void }) {
  const say = useSay();
  const clean = useMemo(() => sanitized(html), [html]);
  const place = useRef<HTMLDivElement>(null);
  const spoiler = say("message.spoiler");
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is written there is what has to be looked at
  useEffect(() => {
    for (const covered of place.current?.querySelectorAll("[data-mx-spoiler]:not([data-shown])") ?? []) {
      // What is covered is hidden as a whole, from eyes and from ears.
      if (!covered.hasAttribute("aria-label")) {
        const inner = document.createElement("span");
        inner.append(...covered.childNodes);
        covered.append(inner);
      }
      const reason = covered.getAttribute("data-mx-spoiler") ?? "";
      covered.setAttribute("aria-label", reason ? `${reason}. ${spoiler}` : spoiler);
    }
  }, [clean, spoiler]);
  const media = use(MediaContext);
  useEffect(() => {
    if (!clean.includes(EMOTICON) || !media) return undefined;
    const over = new AbortController();
    // Without a network they stay the words that stand for them.
    void import("./emoticons.ts").then(
      ({ showEmoticons }) => place.current && showEmoticons(place.current, EMOTICON, media, over.signal),
      () => undefined,
    );
    return () => over.abort();
  }, [clean, media]);
  useEffect(() => {
    if (!clean.includes("<code class=")) return;
    // Without a network the code stays as it is.
    void import("./highlight.ts").then(
      ({ highlight }) => place.current && highlight(place.current),
      () => undefined,
    );
  }, [clean]);
  const open = (event: React.SyntheticEvent): void => {
    const target = event.target as Element;
    const covered = target.closest("[data-mx-spoiler]:not([data-shown])");
    if (covered) {
      event.preventDefault();
      uncover(covered);
      return;
    }
    followLink(event, onMatrixLink);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only links and covered words inside react
    <div
      ref={place}
      className={`${styles.words} ${isOnlyEmoji(clean.replace(PICTURE, "🖼️")) ? styles.emoji : ""}`}
      dir="auto"
      onClick={open}
      onKeyDown={(event) => {
        const covered = (event.target as Element).hasAttribute("data-mx-spoiler");
        if (covered && (event.key === "Enter" || event.key === " ")) open(event);
      }}
      // biome-ignore lint/security/noDangerouslySetInnerHtml: sanitised just above
      dangerouslySetInnerHTML={{ __html: clean }}
    />
  );
}

function uncover(covered: Element): void {
  covered.setAttribute("data-shown", "");
  for (const name of ["role", "tabindex", "aria-label"]) covered.removeAttribute(name);
}

/** The first address of elsewhere that is named. */
export function firstLink(words: Words): string | undefined {
  const links = words.html
    ? [...words.html.matchAll(/<a [^>]*href="(https?:\/\/[^"]+)"/g)].map(([, link = ""]) =>
        link.replace(/&amp;/g, "&"),
      )
    : [...words.plain.matchAll(ADDRESS)].map(([link]) => link);
  return links.find((link) => !MATRIX.test(link));
}

const PICTURE = /<img(?: [\w-]+="[^"]*")*>/g;

/** A few emoji and nothing else are shown large. */
function isOnlyEmoji(text: string): boolean {
  return text.length < 40 && /^(\p{RGI_Emoji}|\s){1,9}$/v.test(text);
}
