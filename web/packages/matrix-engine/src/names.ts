// What people, rooms and files are called, as it is shown. Others chose it, and may have chosen it to deceive: nobody
// looks like nobody, and no name turns round what is written. The service worker reads names with it, too: no SDK here.

/** They change the order of what is shown, beyond the name itself; scripts have their direction without them. */
const TURNING = /\p{Bidi_Control}/gu;
/** Halves of letters. */
const HALVES = /\p{Surrogate}/gu;
/** Lines and steps: a name is one line. */
const BREAKS = /[\p{Control}\p{Line_Separator}\p{Paragraph_Separator}]+/gu;
/**
 * Letters without a picture. In a name they may join others, as in families of emoji, flags and Persian words; alone
 * they show nothing. Two have none although Unicode counts them among the symbols: a blank of braille, a note.
 */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Separator}\p{Control}\u2800\uFFF9-\uFFFB\u{1D159}]/gu;
/** A mark stands on a letter. */
const LETTER = /\P{Mark}/u;

/** A name as it can be shown; nothing for what is none, or would show nothing. */
export function shownName(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const name = value.replace(TURNING, "").replace(HALVES, "").replace(BREAKS, " ").trim();
  return LETTER.test(seenOf(name)) ? name : undefined;
}

/** What one sees of a name: two of which it is the same cannot be told from each other. */
export function seenOf(name: string): string {
  return name.normalize().replace(UNSEEN, "");
}

/** Who has no name is called by the id; the whole of it would be too much to read. */
export function personName(name: unknown, userId: string): string {
  return name === userId ? localPart(userId) : (shownName(name) ?? localPart(userId));
}

export function localPart(userId: string): string {
  return shownName(userId.replace(/^@/, "").replace(/:.*$/, "")) ?? userId;
}
