import { MatrixEvent } from "matrix-js-sdk";
import { expect, test } from "vitest";

import { contentOf, messageContent } from "./content.ts";

const named = (userId: string) => ({ userId, name: userId, avatar: undefined });

function redacted(type: string, more: object = {}): MatrixEvent {
  return new MatrixEvent({
    type,
    content: {},
    sender: "@anna:x",
    unsigned: { redacted_because: { sender: "@bert:x", content: { reason: "rude" } } as never },
    ...more,
  });
}

test.each(["m.room.message", "m.room.encrypted", "m.sticker"])(
  "a %s that is removed leaves a trace",
  (type) => {
    expect(contentOf(redacted(type), named)).toEqual({
      kind: "redacted",
      by: named("@bert:x"),
      reason: "rude",
    });
  },
);

test("a reaction that is taken back leaves none, nor does the state of a room", () => {
  expect(contentOf(redacted("m.reaction"), named)).toBeUndefined();
  expect(contentOf(redacted("m.room.topic", { state_key: "" }), named)).toBeUndefined();
});

test.each(["m.room.message", "m.room.encrypted"])(
  "a removed %s that was an edit leaves none beside that of its message, whoever removed it",
  (type) => {
    const because = (content: object) => ({ unsigned: { redacted_because: { sender: "@bert:x", content } } });
    expect(contentOf(redacted(type, because({ "org.herold.edit_of": "$said" })), named)).toBeUndefined();
    expect(contentOf(redacted(type, because({ "org.herold.edit_of": 7 })), named)?.kind).toBe("redacted");
  },
);

test("what older clients repeat of what they answer to is none of the answer's words", () => {
  const quote = `<mx-reply><blockquote>${"long ".repeat(1_000)}</blockquote></mx-reply>`;
  const content = {
    msgtype: "m.text",
    body: "> <@b:x> long\n\nYes",
    format: "org.matrix.custom.html",
    formatted_body: `${quote}<b>Yes</b>`,
  };
  expect(messageContent(content)).toMatchObject({ kind: "text", words: { html: "<b>Yes</b>" } });
});

test("a question to confirm each other is none of the words that its app puts there for others", () => {
  const content = {
    msgtype: "m.key.verification.request",
    body: "Your client does not support it",
    to: "@b:x",
  };
  expect(messageContent(content)).toEqual({ kind: "verification" });
});

test("the name of a file does not turn round what it is, and one that shows nothing is none", () => {
  const file = (more: object) => {
    const content = messageContent({ msgtype: "m.file", url: "mxc://x/y", ...more });
    return content?.kind === "file" ? [content.name, content.caption?.plain] : content;
  };
  expect(file({ body: "live \u202egpj.exe" })).toEqual(["live gpj.exe", undefined]);
  expect(file({ body: "\u200b" })).toEqual(["", undefined]);
  expect(file({ body: "Look!", filename: "a\u2066b.pdf" })).toEqual(["ab.pdf", "Look!"]);
});
