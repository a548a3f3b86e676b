import { Failure } from "@herold/engine";
import { expect, test } from "vitest";

import { Finder } from "./finder.ts";

test("only the newest question is asked after the one under way", async () => {
  const asked: string[] = [];
  const answers: (() => void)[] = [];
  const finder = new Finder<string, string>("", (words) => {
    asked.push(words);
    return new Promise((resolve) => answers.push(() => resolve(`found ${words}`)));
  });
  const done = finder.ask("a");
  void finder.ask("an");
  void finder.ask("ann");
  expect(asked).toEqual(["a"]);
  answers.shift()?.();
  await Promise.resolve();
  await Promise.resolve();
  expect(asked).toEqual(["a", "ann"]);
  expect(finder.busy.value).toBe(true);
  answers.shift()?.();
  await done;
  expect(finder.found.value).toBe("found ann");
  expect(finder.busy.value).toBe(false);
});

test("a failure keeps what was found, and the next answer takes it back", async () => {
  let fails = false;
  const finder = new Finder<string, string>("", async (words) => {
    if (fails) throw new Failure("unreachable");
    return words;
  });
  await finder.ask("a");
  fails = true;
  await finder.ask("b");
  expect([finder.found.value, finder.failure.value]).toEqual(["a", "unreachable"]);
  fails = false;
  await finder.ask("c");
  expect([finder.found.value, finder.failure.value]).toEqual(["c", undefined]);
});
