import { Failure, type NewPoll, type Room } from "@herold/engine";
import { expect, test } from "vitest";

import { chosenAfter, NewPollModel } from "./new-poll.model.ts";

function making(thread?: string) {
  const started: NewPoll[] = [];
  const room = { startPoll: async (poll: NewPoll) => void started.push(poll) } as unknown as Room;
  return { model: new NewPollModel(room, thread), started, room };
}

test("a poll needs a question and two answers; empty ones are left out", async () => {
  const { model, started } = making("$root");
  model.ask(" Lunch? ");
  model.answer(0, "Pizza");
  expect(model.complete.value).toBe(false);
  expect(await model.start()).toBe(false);
  model.add();
  model.answer(2, " Soup ");
  model.allowSeveral(true);
  model.keepSecret(true);
  expect(await model.start()).toBe(true);
  expect(started).toEqual([
    { question: "Lunch?", answers: ["Pizza", "Soup"], maxSelections: 2, secret: true, thread: "$root" },
  ]);
});

test("there are never fewer than two fields, nor more than the format takes", () => {
  const { model } = making();
  model.remove(0);
  expect(model.answers.value).toHaveLength(2);
  for (let field = 0; field < 30; field += 1) model.add();
  expect(model.answers.value).toHaveLength(20);
  expect(model.mayAdd.value).toBe(false);
  model.remove(5);
  expect(model.answers.value.some(({ id }) => id === 5)).toBe(false);
});

test("what did not work is said", async () => {
  const { model, room } = making();
  room.startPoll = async () => {
    throw new Failure("forbidden");
  };
  model.ask("Q");
  model.answer(0, "a");
  model.answer(1, "b");
  expect(await model.start()).toBe(false);
  expect(model.attempt.failure.value).toBe("forbidden");
});

test("pressing an answer chooses it, or takes it back", () => {
  expect(chosenAfter([], "a", 1)).toEqual(["a"]);
  expect(chosenAfter(["a"], "b", 1)).toEqual(["b"]);
  expect(chosenAfter(["a"], "a", 1)).toEqual([]);
  expect(chosenAfter(["a"], "b", 2)).toEqual(["a", "b"]);
  expect(chosenAfter(["a", "b"], "c", 2)).toEqual(["b", "c"]);
});
