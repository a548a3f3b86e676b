// Words as they are compared: without capitals, accents and widths, as the server folds them. "Zoë" is found by "zoe".

/** Letters that Unicode does not take apart although people type them so. */
const SPELLED_OUT: Record<string, string> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ħ: "h",
  ı: "i",
  ς: "σ",
};
const SPELLED = /[ßæœøłđðþħıς]/g;
/** What needs no folding but lower case, which is most of what people write. */
const PLAIN = /^[\0-\x7f]*$/;

export function folded(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(SPELLED, (letter) => SPELLED_OUT[letter] ?? letter);
}
