import { Failure, type PackImage, type TimelineItem } from "@herold/engine";
import { expect, test } from "vitest";

import { keptInMemory } from "../kept.ts";
import type { Kept } from "../preferences/preferences.model.ts";
import { fakeRoom, fakeSession, member } from "../testing.ts";
import { ComposerModel } from "./composer.model.ts";

const ANNA = member("@anna:example.org", "Anna Berg");

function composing(options: Parameters<typeof fakeRoom>[0] = {}, drafts: Kept = keptInMemory()) {
  const { room, sent } = fakeRoom({ members: [ANNA], ...options });
  const went: (string | undefined)[] = [];
  const session = fakeSession({ rooms: { join: async () => "!other:example.org", all: { peek: () => [] } } });
  const model = new ComposerModel({
    room,
    session,
    thread: undefined,
    drafts,
    went: (to) => went.push(to),
    record,
  });
  const send = async (text: string): Promise<void> => {
    model.type(text, 0, false);
    await model.send();
  };
  return { model, room, sent, went, send };
}

const record = () => Promise.reject(new Error("no microphone"));
const sign = () => "";

function message(html: string | undefined, plain: string): TimelineItem {
  return {
    eventId: "$old",
    content: { kind: "text", words: { plain, html } },
    can: { edit: true, redact: true },
  } as TimelineItem;
}

test("a name that was chosen is a mention, as long as it stands in the text", async () => {
  const { model, sent } = composing();
  model.type("Hello @an", 0, false);
  model.completion.look("Hello @an", 9, "en");
  const [suggestion] = model.completion.suggestions.value;
  if (!suggestion) throw new Error("nobody is suggested");
  expect(model.take(suggestion, sign)).toEqual({ start: 6, end: 9, text: "@Anna Berg ", select: [17, 17] });
  model.type("Hello @Anna Berg ", 0, false);
  await model.send();
  expect(sent.drafts[0]?.mentions).toEqual([{ userId: "@anna:example.org", name: "Anna Berg" }]);

  model.mention({ userId: ANNA.userId, name: ANNA.name });
  model.type("Hello", 0, false);
  await model.send();
  expect(sent.drafts[1]?.mentions).toEqual([]);
});

function image(shortcode: string, address: string): PackImage {
  const picture = { source: { address, mimeType: undefined } } as PackImage["picture"];
  return { shortcode, description: `a ${shortcode}`, picture, info: {} };
}

test("pictures among the words go with them; two of one name are told from each other", async () => {
  const drafts = keptInMemory();
  const { model } = composing({}, drafts);
  expect(model.picture(image("cat", "mxc://x/1"))).toBe(":cat:");
  expect(model.picture(image("cat", "mxc://x/2"))).toBe(":cat/2:");
  expect(model.picture(image("cat", "mxc://x/1"))).toBe(":cat:");
  model.picture(image("dog", "mxc://x/3"));
  model.type("oh :cat: and :cat/2:", 0, false);
  expect(model.marked()).toContain(":cat/2:");
  const again = composing({}, drafts);
  expect(again.model.text.value).toBe("oh :cat: and :cat/2:");
  await again.model.send();
  const [first, second] = ["mxc://x/1", "mxc://x/2"];
  const cat = { shortcode: "cat", description: "a cat" };
  expect(again.sent.drafts[0]?.emoticons).toEqual([
    { ...cat, label: "cat/2", address: second },
    { ...cat, label: "cat", address: first },
  ]);
});

test("an edit keeps the pictures among the words", async () => {
  const { model, sent } = composing();
  const html =
    'no <img data-mx-emoticon src="mxc://x/1" alt="a &quot;cat&quot;" title="cat" height="32" />' +
    '<img title="cat" src="mxc://x/2" alt="another" data-mx-emoticon="" height="32" /> <img src="mxc://x/3" title="dog">';
  model.edit(message(html, "no :cat::cat/2: :dog: 10:30:20"));
  await model.send();
  expect(sent.drafts[0]?.emoticons).toEqual([
    { label: "cat", shortcode: "cat", description: 'a "cat"', address: "mxc://x/1" },
    { label: "cat/2", shortcode: "cat", description: "another", address: "mxc://x/2" },
  ]);
});

test.each([
  [
    "<img data-mx-emoticon height='32' src='mxc://x/1' alt=':cat:' title=':cat:'>",
    ":cat:",
    { label: "cat", shortcode: "cat", description: ":cat:" },
  ],
  [
    '<IMG\nsrc=mxc://x/1 title="cat" alt="a > b, it&#x27;s" data-mx-emoticon>',
    ":cat:",
    { label: "cat", shortcode: "cat", description: "a > b, it's" },
  ],
  [
    '<img data-mx-emoticon src="mxc://x/1" alt="my cat" title="my cat" />',
    ":my_cat:",
    { label: "my_cat", shortcode: "my cat", description: "my cat" },
  ],
])("a picture that another app wrote as %s is kept by an edit", async (html, plain, expected) => {
  const { model, sent } = composing();
  model.edit(message(html, plain));
  await model.send();
  expect(sent.drafts[0]?.emoticons).toEqual([{ ...expected, address: "mxc://x/1" }]);
});

test.each([
  '<img alt="data-mx-emoticon" src="mxc://x/1" title="cat">',
  '<img data-mx-emoticon src="https://example.org/counted.png" title="cat">',
])("%s is no picture of a pack", async (html) => {
  const { model, sent } = composing();
  model.edit(message(html, ":cat:"));
  await model.send();
  expect(sent.drafts[0]?.emoticons).toEqual([]);
});

test("a message of another app that links to no address can be edited", async () => {
  const { model, sent } = composing();
  model.edit(message('see <a href="https://matrix.to/#/%ZZ">@Anna</a>', "see @Anna"));
  await model.send();
  expect(sent.drafts[0]).toMatchObject({ text: "see @Anna", mentions: [], edits: "$old" });
});

test("a picture stands among words whatever its short name is", () => {
  const { model } = composing();
  expect(model.picture(image("my cat", "mxc://x/1"))).toBe(":my_cat:");
  expect(model.picture(image("a:b/c", "mxc://x/2"))).toBe(":a_b_c:");
  expect(model.picture(image("my/cat", "mxc://x/3"))).toBe(":my_cat/2:");
  expect(model.picture(image("ハート", "mxc://x/4"))).toBe(":ハート:");
});

test.each(["send", "cancel"] as const)(
  "what an edit names is not what was being written names: %s",
  async (end) => {
    const { model, sent } = composing();
    model.picture(image("cat", "mxc://x/1"));
    model.mention({ userId: "@one:example.org", name: "Anna" });
    model.type("for @Anna :cat:", 0, false);
    const html =
      '<a href="https://matrix.to/#/@two:example.org">Anna</a> <img data-mx-emoticon src="mxc://x/2" alt="" title="cat">';
    model.edit(message(html, "@Anna :cat:"));
    await model[end]();
    await model.send();
    const [edited, draft] = end === "send" ? sent.drafts : [undefined, ...sent.drafts];
    if (edited)
      expect([edited.mentions, edited.emoticons]).toMatchObject([
        [{ userId: "@two:example.org" }],
        [{ address: "mxc://x/2" }],
      ]);
    expect([draft?.mentions, draft?.emoticons]).toMatchObject([
      [{ userId: "@one:example.org" }],
      [{ address: "mxc://x/1" }],
    ]);
  },
);

test("a sticker answers what is answered, and leaves the words where they are", async () => {
  const { model, sent } = composing();
  const cat = image("cat", "mxc://x/1");
  model.type("half a", 0, false);
  model.reply(message(undefined, "what?"));
  await model.sendSticker(cat);
  await model.sendSticker(cat);
  expect(sent.stickers).toEqual([
    { image: cat, replyTo: "$old", thread: undefined },
    { image: cat, replyTo: undefined, thread: undefined },
  ]);
  expect(model.text.value).toBe("half a");
});

test("that a sticker was not sent is told where it stands", async () => {
  const { model, room } = composing();
  room.sendSticker = () => Promise.reject(new Failure("forbidden"));
  await model.sendSticker(image("cat", "mxc://x/1"));
  expect(model.problem.value).toBeUndefined();
});

test("a whole id that was typed is a mention", async () => {
  const { send, sent } = composing();
  await send("ask @bert:other.example, please");
  expect(sent.drafts[0]?.mentions).toEqual([{ userId: "@bert:other.example", name: "bert:other.example" }]);
});

test("everybody is told only by who may", async () => {
  const may = composing();
  await may.send("@room lunch");
  expect(may.sent.drafts[0]?.mentionsRoom).toBe(true);
  const mayNot = composing({ rights: { notifyRoom: false } });
  await mayNot.send("@room lunch");
  expect(mayNot.sent.drafts[0]?.mentionsRoom).toBe(false);
});

test.each([
  ["/me waves", { text: "waves", emote: true, plain: false }],
  ["/plain **so**", { text: "**so**", emote: false, plain: true }],
  ["/spoiler it was Anna", { text: "||it was Anna||", emote: false, plain: false }],
  ["/shrug", { text: "¯\\_(ツ)_/¯", emote: false, plain: true }],
  ["//etc is a folder", { text: "/etc is a folder", emote: false, plain: false }],
  ["/etc/hosts", { text: "/etc/hosts", emote: false, plain: false }],
])("%s says it in its own way", async (typed, expected) => {
  const { send, sent } = composing();
  await send(typed);
  expect(sent.drafts[0]).toMatchObject(expected);
});

test.each([
  ["/topic Lunch at noon", 'change {"topic":"Lunch at noon"}'],
  ["/invite @bert:example.org", "invite @bert:example.org "],
  ["/kick @bert:example.org too loud", "kick @bert:example.org too loud"],
  ["/ban @bert:example.org", "ban @bert:example.org "],
  ["/unban @bert:example.org", "unban @bert:example.org"],
])("%s does something", async (typed, expected) => {
  const { send, sent, model } = composing();
  await send(typed);
  expect(sent.done).toContain(expected);
  expect(sent.drafts).toEqual([]);
  expect(model.text.value).toBe("");
});

test("commands that lead elsewhere say where to", async () => {
  const { send, went } = composing();
  await send("/join #other:example.org");
  await send("/leave");
  expect(went).toEqual(["!other:example.org", undefined]);
});

test("a command that is none, not allowed or not whole is not sent, and stays to be put right", async () => {
  const { send, sent, model } = composing({ rights: { ban: false } });
  await send("/dance");
  expect(model.problem.value).toEqual({ kind: "unknown-command", name: "dance" });
  await send("/ban @bert:example.org");
  expect(model.problem.value).toEqual({ kind: "unknown-command", name: "ban" });
  await send("/kick bert");
  expect(model.problem.value).toMatchObject({ kind: "usage" });
  expect(model.text.value).toBe("/kick bert");
  model.type("/kick @bert:example.org", 0, false);
  expect(model.problem.value).toBeUndefined();
  expect(sent).toEqual({ drafts: [], files: [], stickers: [], done: [] });
});

test("a command that failed says why, and can be tried again", async () => {
  const { send, model, room } = composing();
  room.kick = async () => {
    throw new Failure("forbidden");
  };
  await send("/kick @bert:example.org");
  expect(model.problem.value).toEqual({ kind: "failure", reason: "forbidden" });
  expect(model.text.value).toBe("/kick @bert:example.org");
});

test("what is not sent is there again, with whom it names", async () => {
  const drafts = keptInMemory();
  const before = composing({}, drafts).model;
  before.mention({ userId: ANNA.userId, name: ANNA.name });
  before.type("Dear @Anna Berg", 0, false);
  const { model, sent } = composing({}, drafts);
  expect(model.text.value).toBe("Dear @Anna Berg");
  await model.send();
  expect(sent.drafts[0]?.mentions).toHaveLength(1);
  expect(composing({}, drafts).model.text.value).toBe("");
});

test("an edit keeps whom the message names, and gives back what was being written", async () => {
  const { model, sent } = composing();
  model.type("half a", 0, false);
  const html = '<a href="https://matrix.to/#/%40anna%3Aexample.org">Anna &amp; Co</a> come';
  expect(model.editLast([message(html, "@Anna & Co come"), { can: {} } as TimelineItem])).toBe(true);
  model.type("@Anna & Co came", 0, false);
  await model.send();
  expect(sent.drafts[0]).toMatchObject({
    edits: "$old",
    text: "@Anna & Co came",
    mentions: [{ userId: "@anna:example.org", name: "Anna & Co" }],
  });
  expect(model.text.value).toBe("half a");
});

test("files that are too large are not sent", async () => {
  const { room, sent } = fakeRoom();
  const session = fakeSession({ media: { uploadLimit: async () => 3 } });
  const model = new ComposerModel({
    room,
    session,
    thread: undefined,
    drafts: keptInMemory(),
    went: () => undefined,
    record,
  });
  model.files.add([
    { file: new Blob(["abc"]), name: "a" },
    { file: new Blob(["abcd"]), name: "b" },
  ]);
  await expect.poll(() => model.files.limit.value).toBe(3);
  expect(model.files.chosen.value.map((file) => file.tooLarge)).toEqual([false, true]);
  model.files.caption(0, " look ");
  await model.sendFiles();
  expect(sent.files[0]?.files).toMatchObject([{ name: "a", caption: "look" }]);
  expect(model.files.chosen.value).toEqual([]);
});

test("nothing but spaces is no message", async () => {
  const { send, sent } = composing();
  await send(" \n ");
  expect(sent.drafts).toEqual([]);
});

test("what could not be sent is told by the conversation, not here", async () => {
  const { send, model, room } = composing();
  room.send = async () => {
    throw new Failure("unreachable");
  };
  await send("hello");
  expect([model.text.value, model.problem.value]).toEqual(["", undefined]);
});

test("an answer keeps what was written, and ends with the message", async () => {
  const { model, sent } = composing();
  model.type("because", 0, false);
  model.reply(message(undefined, "why?"));
  await model.send();
  expect(sent.drafts[0]).toMatchObject({ text: "because", replyTo: "$old" });
  expect(model.purpose.value).toEqual({ kind: "new" });
});

test("that somebody writes is said now and then, and taken back; of edits nobody is told", () => {
  const { model, sent } = composing();
  model.type("h", 10_000, true);
  model.type("he", 11_000, true);
  model.type("hel", 14_000, true);
  model.type("", 15_000, true);
  expect(sent.done).toEqual(["typing true", "typing true", "typing false"]);
  model.type("h", 20_000, false);
  model.edit(message(undefined, "old words"));
  model.type("new words", 30_000, true);
  expect(sent.done).toHaveLength(3);
});
