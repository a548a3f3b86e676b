import { expect, test } from "vitest";

import { written } from "./markdown.ts";

const html = (text: string, mentions: { userId: string; name: string }[] = []) =>
  written({ text, mentions }).html;

test("plain words stay plain", () => {
  expect(html("Good morning")).toBeUndefined();
  expect(html('It\'s 5 < 7 & "so" on\nand on')).toBeUndefined();
});

test("Markdown becomes HTML", () => {
  expect(html("**now**")).toBe("<strong>now</strong>");
  expect(html("a\n\n- b\n- c")).toContain("<li>b</li>");
  expect(html("```js\n1<2\n```")).toContain('<code class="language-js">1&lt;2\n</code>');
});

test("HTML that somebody typed is words", () => {
  expect(html("<img src=x onerror=alert(1)> **b**")).toBe(
    "&lt;img src=x onerror=alert(1)&gt; <strong>b</strong>",
  );
});

test("pictures of other servers are not fetched", () => {
  expect(html("![x](https://elsewhere.example/x.png)")).toBeUndefined();
});

test("mentions link to people, the longer name first", () => {
  const mentions = [
    { userId: "@anna:example.org", name: "Anna" },
    { userId: "@berg:example.org", name: "Anna Berg" },
  ];
  const found = html("@Anna Berg and @Anna", mentions);
  expect(found).toContain('<a href="https://matrix.to/#/%40berg%3Aexample.org">Anna Berg</a> and');
  expect(found).toContain('<a href="https://matrix.to/#/%40anna%3Aexample.org">Anna</a>');
});

test("a mention inside code is code", () => {
  const mentions = [{ userId: "@anna:example.org", name: "Anna" }];
  expect(html("`@Anna`", mentions)).toBe("<code>@Anna</code>");
});

test("rooms that were chosen, and addresses of rooms, become links", () => {
  const draft = { text: "see #Lobby", mentions: [], rooms: [{ roomId: "!a:example.org", name: "Lobby" }] };
  expect(written(draft, (roomId) => `https://matrix.to/#/${roomId}?via=example.org`).html).toBe(
    'see <a href="https://matrix.to/#/!a:example.org?via=example.org">#Lobby</a>',
  );
  expect(html("ask in #help:example.org.")).toBe(
    'ask in <a href="https://matrix.to/#/%23help%3Aexample.org">#help:example.org</a>.',
  );
});

test("what is hidden is a spoiler, with what is formatted in it", () => {
  expect(html("it was ||**Anna**||")).toBe("it was <span data-mx-spoiler><strong>Anna</strong></span>");
  expect(html("a || b")).toBeUndefined();
});

test("who wants no Markdown sends none", () => {
  expect(written({ text: "**now**", mentions: [], plain: true })).toEqual({
    body: "**now**",
    html: undefined,
  });
});

const WAVE = {
  label: "cat_wave",
  shortcode: "cat_wave",
  description: 'a "waving" cat',
  address: "mxc://example.org/wave",
};

test("a picture of a pack stands among the words as the specification has it", () => {
  const other = { ...WAVE, label: "cat_wave/2", description: "another", address: "mxc://example.org/2" };
  const { body, html } = written({
    text: "_oh_ :cat_wave:, `:cat_wave:` :cat_wave/2: :cat: 10:30:20",
    mentions: [],
    emoticons: [WAVE, other],
  });
  expect(body).toBe("_oh_ :cat_wave:, `:cat_wave:` :cat_wave/2: :cat: 10:30:20");
  expect(html).toBe(
    '<em>oh</em> <img data-mx-emoticon src="mxc://example.org/wave" alt="a &quot;waving&quot; cat" title="cat_wave" height="32" />, ' +
      "<code>:cat_wave:</code> " +
      '<img data-mx-emoticon src="mxc://example.org/2" alt="another" title="cat_wave" height="32" /> :cat: 10:30:20',
  );
});
