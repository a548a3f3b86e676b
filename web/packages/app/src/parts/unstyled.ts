// Whoever reads what somebody wrote for its elements finds no styles in it. The page's rules forbid them, and the browser
// would complain of each as soon as it reads it, long before it is thrown away.

/** A tag with what is in it; what stands in quotes may hold any sign. */
const TAG = /<[a-z](?:[^"'<>]|"[^"]*"|'[^']*')*/gi;
const QUOTED_OR_STYLE = /"[^"]*"|'[^']*'|(\s)style(?=\s*=)/gi;

/** Styles have another name, under which nothing knows them; words and other values stay as they are. */
export function unstyled(html: string): string {
  if (!/style/i.test(html)) return html;
  return html.replace(TAG, (tag) =>
    tag.replace(QUOTED_OR_STYLE, (found, space?: string) => (space ? `${space}data-style` : found)),
  );
}
