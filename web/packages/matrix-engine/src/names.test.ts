import { expect, test } from "vitest";

import { localPart, personName, seenOf, shownName } from "./names.ts";

const ID = "@anna:example.org";

test.each([
  ["nothing", ""],
  ["blanks", " \t\u00a0\u2003\u3000"],
  ["zero width", "\u200b\u200c\u200d\u2060\ufeff"],
  ["fillers", "\u3164\u115f\u1160\uffa0"],
  ["braille", "\u2800\u2800"],
  ["a soft hyphen", "\u00ad"],
  ["an unseen note", "\u{1d159}"],
  ["choices of looks", "\ufe0f\u{e0100}"],
  ["tags", "\u{e0041}\u{e007f}"],
  ["turns", "\u202e\u2066\u200f"],
  ["half a letter", "\ud83d"],
  ["a mark without a letter", "\u0301"],
  ["no name", 7],
])("%s is no name", (_what, name) => {
  expect(shownName(name)).toBeUndefined();
  expect(personName(name, ID)).toBe("anna");
});

test("nothing turns round what is written", () => {
  expect(shownName("live \u202egpj.exe")).toBe("live gpj.exe");
  expect(shownName("\u2067Anna\u2069 \u061cB\u200fe\u200er\u202ag")).toBe("Anna Berg");
});

test("halves of letters are taken out, and a name is one line", () => {
  expect(shownName("An\ud83dna\udc00")).toBe("Anna");
  expect(shownName(" Anna\r\n\u2028Berg\u0000")).toBe("Anna Berg");
});

test.each([
  ["Arabic", "محمد علي"],
  ["Hebrew", "שָׁלוֹם עולם"],
  ["Persian with a joint that is none", "می\u200cخواهم"],
  ["Devanagari with a joint", "क्\u200dष"],
  ["Sinhala", "ශ්\u200dරී ලංකා"],
  ["Vietnamese of letters and marks", "Nguye\u0302\u0303n"],
  ["a family", "👨\u200d👩\u200d👧"],
  ["a flag", "🇩🇪"],
  ["a flag of tags", "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}"],
  ["a key", "1\ufe0f\u20e3"],
  ["a heart in colour", "❤\ufe0f"],
  ["letters outside the first plane", "𝓐𝓷𝓷𝓪"],
  ["Hangul", "한글 이름"],
])("%s stays as it is", (_what, name) => {
  expect(shownName(name)).toBe(name);
});

test("names are the same when they look the same", () => {
  expect(seenOf("An\u200bna")).toBe(seenOf("Anna"));
  expect(seenOf("Jose\u0301")).toBe(seenOf("José"));
  expect(seenOf("Anna")).not.toBe(seenOf("Anne"));
});

test("whoever is called by the id is called by its beginning", () => {
  expect(personName(undefined, ID)).toBe("anna");
  expect(personName(ID, ID)).toBe("anna");
  expect(personName("Anna", ID)).toBe("Anna");
  expect(localPart("@\u202e\u200b:example.org")).toBe("@\u202e\u200b:example.org");
});
