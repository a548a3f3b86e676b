import { type IContent, type IEvent, MatrixEvent } from "matrix-js-sdk";
import { expect, test } from "vitest";

import { changesOf, shownOf } from "./recording.ts";
import { KIND } from "./records.ts";

function event(content: IContent, more: Partial<IEvent> = {}): MatrixEvent {
  return new MatrixEvent({
    type: "m.room.message",
    event_id: "$1",
    room_id: "!r",
    sender: "@anna:x",
    origin_server_ts: 5,
    content,
    ...more,
  });
}

const recordOf = (one: MatrixEvent) => {
  const [change] = changesOf(one);
  if (change?.kind !== "said") throw new Error("nothing was said");
  return change.record;
};

test("words are kept, of a file what is needed to show and fetch it", () => {
  const words = recordOf(event({ msgtype: "m.text", body: "see https://x.example" }));
  expect(words.versions).toEqual([
    { eventId: "$1", atMs: 5, text: "see https://x.example", kinds: KIND.links },
  ]);
  const file = { v: "v2", url: "mxc://x/1", key: {}, iv: "", hashes: {} };
  const picture = event({
    msgtype: "m.image",
    body: "the bridge",
    filename: "a.png",
    file,
    "m.mentions": {},
  });
  const record = recordOf(picture);
  expect(record.versions[0]).toMatchObject({ text: "a.png\nthe bridge", kinds: KIND.pictures });
  expect(record.versions[0]?.content).not.toHaveProperty("m.mentions");
  expect(shownOf(record)).toMatchObject({
    kind: "image",
    name: "a.png",
    caption: { plain: "the bridge" },
    picture: { source: { address: "mxc://x/1", encryption: file } },
  });
});

test("what an answer repeats was not said again", () => {
  expect(recordOf(event({ msgtype: "m.text", body: "> <@b:x> old\n\nnew" })).versions[0]?.text).toBe("new");
});

test("an edit is one of the message that it replaces, with the words that it brings", () => {
  const content = {
    msgtype: "m.text",
    body: "* better",
    "m.new_content": { msgtype: "m.text", body: "better" },
    "m.relates_to": { rel_type: "m.replace", event_id: "$0" },
  };
  expect(changesOf(event(content))).toEqual([
    {
      kind: "edited",
      target: "$0",
      sender: "@anna:x",
      version: { eventId: "$1", atMs: 5, text: "better", kinds: 0 },
    },
  ]);
  expect(changesOf(event({ ...content, "m.new_content": "no content" }))).toEqual([]);
});

test("redactions, what cannot be read, threads, and what says nothing", () => {
  const redaction = { type: "m.room.redaction" };
  expect(changesOf(event({ redacts: "$9" }, redaction))).toEqual([{ kind: "redacted", eventId: "$9" }]);
  expect(changesOf(event({}, { ...redaction, redacts: "$8" }))).toEqual([
    { kind: "redacted", eventId: "$8" },
  ]);
  expect(changesOf(event({}, redaction))).toEqual([]);
  const thread = { "m.relates_to": { rel_type: "m.thread", event_id: "$root" } };
  const locked = event({ algorithm: "m.megolm.v1.aes-sha2", ...thread }, { type: "m.room.encrypted" });
  expect(recordOf(locked)).toEqual({
    eventId: "$1",
    atMs: 5,
    sender: "@anna:x",
    thread: "$root",
    locked: true,
    versions: [],
  });
  expect(changesOf(event({}, { type: "m.reaction" }))).toEqual([]);
  expect(changesOf(event({ name: "x" }, { type: "m.room.name", state_key: "" }))).toEqual([]);
  const broken = event({ msgtype: 7, body: { no: "words" }, filename: [] } as never);
  expect(recordOf(broken).versions[0]?.text).toBe("");
});
