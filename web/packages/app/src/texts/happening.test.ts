import { expect, test } from "vitest";

import { crowdOf, type Happened, happening } from "./happening.ts";
import type { Say } from "./texts.ts";

const say: Say = (key, values) => `${key} ${JSON.stringify(values)}`;
const texts = { language: "en", locale: "en-GB", say } as const;

const came = (name: string): Happened => {
  const who = { userId: `@${name}:example.org`, name, avatar: undefined };
  const content = {
    kind: "membership",
    change: "joined",
    of: who,
    reason: undefined,
    previousName: undefined,
  } as const;
  return { sender: who, content };
};

test("of many who came a few are named, and the others counted", () => {
  const four = ["Anna", "Bert", "Carla", "Dora"].map(came);
  expect(crowdOf(four, texts)).toEqual({ whom: "Anna, Bert, Carla and Dora", count: 4 });
  const six = [...four, came("Emil"), came("Fritz")];
  expect(crowdOf(six, texts)).toEqual({
    whom: 'Anna, Bert, Carla and happening.others {"count":3}',
    count: 6,
  });
});

test("one who came is named alone", () => {
  expect(happening(came("Anna"), say)).toContain('"whom":"Anna","before":"@Anna:example.org","count":1');
});
