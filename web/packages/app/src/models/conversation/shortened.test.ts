import { expect, test } from "vitest";

import { glanceOf, shortened } from "./shortened.ts";

const plain = (text: string): string | undefined => shortened({ plain: text, html: undefined })?.plain;
const html = (format: string): string | undefined => shortened({ plain: "", html: format })?.html;

test("what is short stands as it is", () => {
  expect(plain("Tea?")).toBeUndefined();
  expect(plain("word ".repeat(550))).toBeUndefined();
  expect(plain("line\n".repeat(50))).toBeUndefined();
  expect(html(`<p>${"word ".repeat(550)}</p>`)).toBeUndefined();
});

test("of what is long there is the beginning, in whole words", () => {
  const short = plain("word ".repeat(12_000)) ?? "";
  expect(short.length).toBeGreaterThan(2_100);
  expect(short.length).toBeLessThan(2_202);
  expect(short).toMatch(/ word…$/);
});

test("many short lines are long", () => {
  expect(plain("a\n".repeat(200))?.split("\n").length).toBeLessThan(60);
  expect(html("<p>a</p>".repeat(200))?.split("<p>").length).toBeLessThan(60);
  expect(html("<br>".repeat(10_000))?.split("<br>").length).toBeLessThan(60);
});

test("words without an end are broken, but no letter is", () => {
  expect(plain("x".repeat(60_000))).toBe(`${"x".repeat(2_200)}…`);
  expect(plain(`x${"😀".repeat(30_000)}`)?.isWellFormed()).toBe(true);
});

test("no address is halved", () => {
  const address = `https://example.org/${"path/".repeat(30)}`;
  const words = `${"word ".repeat(430)}${address} ${"end ".repeat(2_000)}`;
  expect(plain(words)).toMatch(/ word…$/);
  expect(html(`<p>${words}</p>`)).toMatch(/ word…$/);
});

test("formats are cut in their words, never in their elements", () => {
  const short = html(`<b title="x">${"word ".repeat(12_000)}</b><i>end</i>`) ?? "";
  expect(short).toMatch(/^<b title="x">word .* word…$/);
  // Comments and elements take no room.
  expect(html(`${"<!-- nothing -->".repeat(2_000)}<b>${"<i></i>".repeat(2_000)}Tea</b>`)).toBeUndefined();
});

test("code is scrolled by itself, so that nothing of it is cut", () => {
  const code = `<pre><code>${"line\n".repeat(5_000)}</code></pre>`;
  expect(html(code)).toBeUndefined();
  expect(html(`${code}<p>${"word ".repeat(2_000)}</p>`)).toContain(code);
});

test("polls are seen at a glance", () => {
  expect(glanceOf("Soup")).toBeUndefined();
  expect(glanceOf("word ".repeat(40).trim())).toBeUndefined();
  expect(glanceOf("word ".repeat(60))?.length).toBeLessThan(142);
});
