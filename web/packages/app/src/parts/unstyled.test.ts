import { expect, test } from "vitest";

import { unstyled } from "./unstyled.ts";

test.each([
  ['<b style="color: red">x</b>', '<b data-style="color: red">x</b>'],
  ["<b STYLE = 'a'>x</b><i\nstyle=b>y</i>", "<b data-style = 'a'>x</b><i\ndata-style=b>y</i>"],
  [
    '<a href="https://e.org/?a style=b>" style="c">x</a>',
    '<a href="https://e.org/?a style=b>" data-style="c">x</a>',
  ],
])("in %s styles have another name", (html, expected) => {
  expect(unstyled(html)).toBe(expected);
});

test.each([
  'a style="b"',
  "1 < 2 style=3 > 2",
  '<b>x style="y"</b>',
  "<b title=\"it's\"> style='x'</b>",
  '<img alt=" style=x " title=\' style="y" \'>',
  "<a href=https://e.org/style=1>x</a>",
  '<b data-mx-style="x" stylesheet="y">x</b>',
])("%s stays as it is", (html) => {
  expect(unstyled(html)).toBe(html);
});

test("what is written to be slow is read at once", { timeout: 2_000 }, () => {
  for (const part of ["<a ", '<a "', "<a '\"", "<a style", "<a style= "]) {
    const html = `${part.repeat(20_000)} style=`;
    expect(unstyled(html).length).toBeGreaterThanOrEqual(html.length);
  }
  const long = `<a ${"x style=y ".repeat(20_000)}>`;
  expect(unstyled(long)).toBe(long.replaceAll(" style", " data-style"));
});
