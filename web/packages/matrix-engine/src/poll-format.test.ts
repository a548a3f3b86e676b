import { expect, test } from "vitest";

import { pollIn, selectionsIn, startContent, tallied, type Vote } from "./poll-format.ts";

const NEW = {
  question: "Lunch?",
  answers: ["Pizza", "Soup"],
  maxSelections: 1,
  secret: false,
  thread: undefined,
};

test("a poll is read as it was written", () => {
  expect(pollIn(startContent(NEW))).toMatchObject({
    question: "Lunch?",
    answers: [
      { id: "1", text: "Pizza" },
      { id: "2", text: "Soup" },
    ],
    maxSelections: 1,
    secret: false,
  });
  expect(pollIn(startContent({ ...NEW, secret: true }))?.secret).toBe(true);
});

test("the stable form is read too", () => {
  const content = {
    "m.poll": {
      kind: "m.disclosed",
      max_selections: 2,
      question: { "m.text": [{ mimetype: "text/html", body: "<b>Q</b>" }, { body: "Q" }] },
      answers: [{ "m.id": "a", "m.text": [{ body: "A" }] }],
    },
  };
  expect(pollIn(content)).toMatchObject({
    question: "Q",
    answers: [{ id: "a", text: "A" }],
    maxSelections: 2,
    secret: false,
  });
  expect(selectionsIn({ "m.selections": ["a", 1] })).toEqual(["a"]);
  expect(selectionsIn({ "org.matrix.msc3381.poll.response": { answers: ["a"] } })).toEqual(["a"]);
});

test.each([{}, { "m.poll": {} }, { "m.poll": { question: { "m.text": [{ body: "Q" }] }, answers: [{}] } }])(
  "what is no poll is none: %j",
  (content) => {
    expect(pollIn(content)).toBeUndefined();
  },
);

const counted = (votes: Vote[], endedAtMs?: number, more: Partial<typeof NEW> = {}) => {
  const poll = pollIn(startContent({ ...NEW, ...more }));
  if (!poll) throw new Error("no poll");
  const { answers, voters, ended } = tallied(poll, { votes, endedAtMs, me: "me" });
  return {
    votes: answers.map((answer) => answer.votes),
    mine: answers.map(({ mine }) => mine),
    voters,
    ended,
  };
};
const vote = (sender: string, atMs: number, ...selections: string[]): Vote => ({ sender, atMs, selections });

test("the newest vote of everybody counts", () => {
  expect(counted([vote("me", 1, "1"), vote("b", 2, "2"), vote("me", 3, "2")])).toEqual({
    votes: [0, 2],
    mine: [false, true],
    voters: 2,
    ended: false,
  });
  expect(counted([vote("me", 1, "1"), vote("me", 2)]).voters).toBe(0);
});

test("a vote for what there is not, or after the end, does not count", () => {
  expect(counted([vote("b", 1, "7")]).voters).toBe(0);
  expect(counted([vote("b", 1, "1"), vote("b", 9, "2")], 5)).toMatchObject({ votes: [1, 0], ended: true });
});

test("more than may be chosen is cut off", () => {
  expect(counted([vote("b", 1, "1", "2")]).votes).toEqual([1, 0]);
  expect(counted([vote("b", 1, "1", "2")], undefined, { maxSelections: 2 }).votes).toEqual([1, 1]);
});

test("a secret poll shows votes when it is over", () => {
  const votes = [vote("me", 1, "1")];
  expect(counted(votes, undefined, { secret: true })).toMatchObject({
    votes: [0, 0],
    mine: [true, false],
    voters: 1,
  });
  expect(counted(votes, 2, { secret: true }).votes).toEqual([1, 0]);
});
