import { type Content, signal, type TimelineItem } from "@herold/engine";
import { expect, test } from "vitest";

import { Selection } from "./selection.ts";

function item(id: string, content: Content, redact = true): TimelineItem {
  return {
    id,
    eventId: `$${id}`,
    sender: { userId: "@anna:x", name: "Anna", avatar: undefined },
    content,
    can: { edit: false, redact },
  } as TimelineItem;
}

const words = (plain: string): Content => ({ kind: "text", words: { plain, html: undefined } });

test("what is chosen is copied in the order of the conversation", () => {
  const items = signal([item("a", words("one")), item("b", words("two")), item("c", words("three"))]);
  const selection = new Selection(items);
  expect(selection.ids.value).toBeUndefined();
  selection.begin("c");
  selection.set("a", true);
  expect(selection.words()).toBe("Anna: one\nAnna: three");
  selection.set("c", false);
  expect(selection.items.value.map(({ id }) => id)).toEqual(["a"]);
  selection.end();
  expect(selection.items.value).toEqual([]);
});

test("only what may be done with all of them is offered", () => {
  const gone: Content = { kind: "undecryptable", why: "broken" };
  const selection = new Selection(signal([item("a", words("one")), item("b", gone, false)]));
  selection.begin("a");
  expect([selection.forwardable.value, selection.removable.value]).toEqual([true, true]);
  selection.set("b", true);
  expect([selection.forwardable.value, selection.removable.value]).toEqual([false, false]);
  selection.set("a", false);
  selection.set("b", false);
  expect([selection.forwardable.value, selection.removable.value]).toEqual([false, false]);
});
