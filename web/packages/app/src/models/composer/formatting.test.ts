import { expect, test } from "vitest";

import { type Format, formatted } from "./formatting.ts";

/** `[` and `]` are the ends of the selection, before and after. */
function after(format: Format, marked: string): string {
  const start = marked.indexOf("[");
  const end = marked.indexOf("]") - 1;
  const text = marked.replace("[", "").replace("]", "");
  const change = formatted(format, text, start, end);
  const changed = text.slice(0, change.start) + change.text + text.slice(change.end);
  const [from, to] = change.select;
  return `${changed.slice(0, from)}[${changed.slice(from, to)}]${changed.slice(to)}`;
}

test.each<[Format, string, string]>([
  ["bold", "a [word] here", "a **[word]** here"],
  ["bold", "a **[word]** here", "a [word] here"],
  ["bold", "a [**word**] here", "a [word] here"],
  ["italic", "[]", "_[]_"],
  ["bold", "a[ word ]here", "a **[word]** here"],
  ["code", "[a\nb]", "```\n[a\nb]\n```"],
  ["code", "x[a\nb]y", "x\n```\n[a\nb]\n```\ny"],
  ["list", "a\nb[]\nc", "a\n- b[]\nc"],
  ["list", "[a\nb]", "[- a\n- b]"],
  ["list", "[- a\n- b]", "[a\nb]"],
  ["numbers", "[a\nb]", "[1. a\n2. b]"],
  ["quote", "[a]", "> a[]"],
])("%s: %s", (format, before, expected) => {
  expect(after(format, before)).toBe(expected);
});

test("a link is made of words, or of an address", () => {
  expect(formatted("link", "see this", 4, 8)).toEqual({
    start: 4,
    end: 8,
    text: "[this](https://)",
    select: [11, 19],
  });
  expect(formatted("link", "https://a.example", 0, 17)).toMatchObject({
    text: "[](https://a.example)",
    select: [1, 1],
  });
});
