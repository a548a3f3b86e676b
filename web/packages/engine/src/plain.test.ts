import { expect, test } from "vitest";

import { plainOf } from "./plain.ts";

test.each([
  ["<strong>Heute</strong> um <em>eins</em>", "Heute um eins"],
  ["<p>Eins</p><p>Zwei<br>Drei</p>", "Eins Zwei Drei"],
  ["<ul><li>Brot</li><li>Tee</li></ul>", "Brot Tee"],
  ["a &lt; b &amp;&amp; c &#62; d &#x1F600; &unknown; &#0;", "a < b && c > d 😀 &unknown; &#0;"],
  ["5 < 6", "5 < 6"],
  ["Es war <span data-mx-spoiler>der <span>Gärtner</span> selbst</span>.", "Es war ▒▒▒▒."],
  ["<mx-reply><blockquote>Davor</blockquote></mx-reply>Danach", "Danach"],
  ['Ja <img alt=":tee:" src="mxc://x/y"><!-- nichts -->', "Ja :tee:"],
  ['<a href="https://matrix.to/#/@anna:x">Anna</a>, komm', "Anna, komm"],
])("%s", (html, plain) => {
  expect(plainOf({ plain: "*source*", html })).toBe(plain);
});

test("without a format the plain words are meant, in one line", () => {
  expect(plainOf({ plain: "2 * 3 < 7\n\nja", html: undefined })).toBe("2 * 3 < 7 ja");
});

test("a very long message costs no more than its beginning", () => {
  expect(plainOf({ plain: "", html: "<b>x</b> ".repeat(100_000) }).length).toBeLessThan(4_000);
});
