import { expect, test } from "vitest";

import { moved, numbersFor, type Placed, wordsFor } from "./order.ts";

const ids = (all: readonly { id: string }[]) => all.map(({ id }) => id).join("");
const list = (letters: string) => [...letters].map((id) => ({ id, order: undefined }));

test("one is put in front of another, or at the end", () => {
  expect(ids(moved(list("abc"), "c", "a"))).toBe("cab");
  expect(ids(moved(list("abc"), "a", undefined))).toBe("bca");
  expect(ids(moved(list("abc"), "a", "c"))).toBe("bac");
  expect(ids(moved(list("abc"), "a", "a"))).toBe("abc");
  expect(ids(moved(list("abc"), "z", "a"))).toBe("abc");
});

/** A sequence of moves that is the same in every run. */
function* moves(count: number, length: number): Generator<[string, string | undefined]> {
  let seed = 42;
  const next = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed % below;
  };
  const letters = "abcdefgh".slice(0, length);
  for (let turn = 0; turn < count; turn += 1) {
    const to = next(length + 1);
    yield [letters.charAt(next(length)), to === length ? undefined : letters.charAt(to)];
  }
}

/** How many places were written by many moves, after each of which the list stood in its order. */
function writtenBy<Order extends string | number>(
  places: (all: readonly Placed<Order>[], id: string) => ReadonlyMap<string, Order>,
): number {
  let all: readonly Placed<Order>[] = list("abcdefgh");
  let written = 0;
  for (const [id, before] of moves(2_000, 8)) {
    const sequence = moved(all, id, before);
    const changes = places(sequence, id);
    written += changes.size;
    all = sequence.map((item) => ({ ...item, order: changes.get(item.id) ?? item.order }));
    const orders = all.flatMap(({ order }) => (order === undefined ? [] : [order]));
    expect([...orders].sort((left, right) => (left < right ? -1 : 1))).toEqual(orders);
    expect(new Set(orders).size).toBe(8);
    for (const order of orders) expect(String(order).length).toBeLessThanOrEqual(50);
  }
  return written;
}

test("after any moves all stand in the order of the list, and nearly every move writes one place alone", () => {
  expect(writtenBy(wordsFor)).toBeLessThan(2_800);
  expect(writtenBy(numbersFor)).toBeLessThan(2_800);
});

test("orders that others made of other signs are written anew", () => {
  const all = [
    { id: "a", order: "A!" },
    { id: "b", order: undefined },
    { id: "c", order: "~" },
  ];
  expect(wordsFor(all, "b").size).toBe(3);
});
