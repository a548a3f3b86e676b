import type { Content } from "@herold/engine";
import { expect, test } from "vitest";

import { lineWords, shortWords } from "./short-words.ts";
import type { Say } from "./texts.ts";

const say: Say = (key, values = {}) => [key, ...Object.values(values)].join(" ");
const language = { say, locale: "en" };
const anna = { userId: "@anna:x", name: "Anna", avatar: undefined };
const ben = { userId: "@ben:x", name: "Ben", avatar: undefined };
const file = {
  name: "IMG_2384.jpg",
  size: 1,
  source: { address: "mxc://x/y", mimeType: undefined },
  caption: undefined,
};
const picture = {
  source: file.source,
  thumbnail: undefined,
  width: 1,
  height: 1,
  blurhash: undefined,
  animated: false,
};
const text: Content = { kind: "text", words: { plain: "**So**", html: "<strong>So</strong>" } };

test.each<[string, Content, string]>([
  ["formatted words", text, "So"],
  ["a picture", { kind: "image", picture, ...file }, "rooms.last-image"],
  [
    "a picture with words",
    { kind: "image", picture, ...file, caption: { plain: "*Sea*", html: "<em>Sea</em>" } },
    "rooms.last-caption rooms.last-image Sea",
  ],
  [
    "a voice message",
    { kind: "voice", ...file, durationMs: 12_000, waveform: [] },
    "rooms.last-voice-length 0:12",
  ],
  ["a file", { kind: "file", ...file }, "IMG_2384.jpg"],
])("%s", (_what, content, words) => {
  expect(shortWords(content, language)).toBe(words);
});

test("who said it stands before it, where that is not clear", () => {
  const said = { content: text, sender: anna, mine: false };
  expect(lineWords(said, { alone: false }, language)).toBe("rooms.last-other Anna So");
  expect(lineWords(said, { alone: true }, language)).toBe("So");
  expect(lineWords({ ...said, mine: true }, { alone: true }, language)).toBe("rooms.last-mine So");
  const waves: Content = { kind: "emote", words: { plain: "waves", html: undefined } };
  expect(lineWords({ ...said, content: waves }, { alone: true }, language)).toBe("Anna waves");
});

test("what happened is told as the conversation tells it", () => {
  const invited: Content = {
    kind: "membership",
    change: "invited",
    of: ben,
    reason: undefined,
    previousName: undefined,
  };
  const told = { sender: anna, mine: false };
  expect(lineWords({ ...told, content: invited }, { alone: false }, language)).toBe(
    "happening.invited Anna Ben @ben:x 1",
  );
  const named: Content = { kind: "room", change: { what: "name", to: "Lobby" } };
  expect(lineWords({ ...told, content: named }, { alone: false }, language)).toBe(
    "happening.name Anna Lobby",
  );
});
