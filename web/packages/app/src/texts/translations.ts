// What somebody wrote in several languages of their choice: the one that fits the person best.

/** Exactly their language, then any form of it, then English, then whatever there is. */
export function translationFor<T>(
  translations: { readonly [language: string]: T },
  locale: string,
): { readonly language: string; readonly text: T } | undefined {
  const primary = (tag: string): string => tag.split("-")[0]?.toLowerCase() ?? "";
  const all = Object.entries(translations);
  const found =
    all.find(([tag]) => tag.toLowerCase() === locale.toLowerCase()) ??
    all.find(([tag]) => primary(tag) === primary(locale)) ??
    all.find(([tag]) => primary(tag) === "en") ??
    all[0];
  return found && { language: found[0], text: found[1] };
}
