import { expect, test } from "vitest";

import { marksIn, termsOf } from "./words.ts";

const marked = (text: string, words: string) =>
  marksIn(text, termsOf(words)).map(([begin, end]) => text.slice(begin, end));

test.each([
  ["Die Straße ist glatt", "STRASSE gla", ["Straße", "gla"]],
  ["Élan vital", "elan", ["Élan"]],
  ["e\u0301te\u0301", "ete", ["e\u0301te\u0301"]],
  ["Maß", "mas", ["Maß"]],
  ["ananas", "ana nas", ["ananas"]],
  ["ana ana", "ana", ["ana", "ana"]],
  ["Über das Übel und trüber", "üb", ["Üb", "Üb"]],
  ["東京に行く", "京に", ["京に"]],
  ["🎉 party", "🎉 part", ["🎉", "part"]],
  ["ﬁne print", "fine", ["ﬁne"]],
])("%s, looked for by %s", (text, words, marks) => {
  expect(marked(text, words)).toEqual(marks);
});
