import type { Draft, PackImage } from "@herold/engine";
import { expect, test } from "vitest";

import { written } from "./markdown.ts";
import { locationContent, messageContent, stickerContent } from "./outgoing.ts";

const DRAFT: Draft = {
  text: "hello @Anna",
  plain: false,
  mentions: [{ userId: "@anna:x", name: "Anna" }],
  rooms: [],
  emoticons: [],
  mentionsRoom: false,
  emote: false,
  replyTo: undefined,
  thread: undefined,
  edits: undefined,
};
const WORDS = written(DRAFT);
const around = (more: object = {}) => ({
  answered: undefined,
  newestOfThread: undefined,
  namedBefore: [],
  ...more,
});

test("who is named, and who is answered, is told", () => {
  const content = messageContent({ ...DRAFT, replyTo: "$a" }, WORDS, around({ answered: "@bert:x" }));
  expect(content["m.mentions"]).toEqual({ user_ids: ["@anna:x", "@bert:x"] });
  expect(content["m.relates_to"]).toEqual({ "m.in_reply_to": { event_id: "$a" } });
});

test("an edit tells only those whom it names for the first time", () => {
  const edit = { ...DRAFT, edits: "$a" };
  const first = messageContent(edit, WORDS, around());
  expect(first["m.mentions"]).toEqual({ user_ids: ["@anna:x"] });
  const again = messageContent(edit, WORDS, around({ namedBefore: ["@anna:x"] }));
  expect(again["m.mentions"]).toEqual({});
  expect(again["m.new_content"]["m.mentions"]).toEqual({ user_ids: ["@anna:x"] });
});

test("an answer in a thread falls back to its newest message for who knows no threads", () => {
  const thread = messageContent({ ...DRAFT, thread: "$root" }, WORDS, around({ newestOfThread: "$last" }));
  expect(thread["m.relates_to"]).toEqual({
    rel_type: "m.thread",
    event_id: "$root",
    is_falling_back: true,
    "m.in_reply_to": { event_id: "$last" },
  });
});

test("a place says how exact it is", () => {
  const place = { latitude: 52.5, longitude: 13.4, description: "Dom", thread: undefined };
  expect(locationContent({ ...place, accuracyMetres: 12.4 })).toMatchObject({
    msgtype: "m.location",
    body: "Dom geo:52.5,13.4;u=12",
    geo_uri: "geo:52.5,13.4;u=12",
  });
  expect(locationContent({ ...place, accuracyMetres: undefined }).geo_uri).toBe("geo:52.5,13.4");
});

test("a sticker is what the pack says of it", () => {
  const picture = { source: { address: "mxc://x/wave", mimeType: "image/png" } };
  const image = { shortcode: "wave", description: "a waving cat", picture, info: { w: 512 } } as PackImage;
  const sticker = { image, replyTo: undefined, thread: undefined };
  const content = { body: "a waving cat", url: "mxc://x/wave", info: { w: 512 }, "m.mentions": {} };
  expect(stickerContent(sticker, around())).toEqual(content);
  const answer = { ...sticker, replyTo: "$a", thread: "$root" };
  expect(stickerContent(answer, around({ answered: "@anna:x" }))).toEqual({
    ...content,
    "m.mentions": { user_ids: ["@anna:x"] },
    "m.relates_to": {
      rel_type: "m.thread",
      event_id: "$root",
      is_falling_back: false,
      "m.in_reply_to": { event_id: "$a" },
    },
  });
});
