import { expect, test } from "vitest";

import { filePath, linkTo, safeName } from "./names.ts";

test.each([
  ["Bericht.pdf", "Bericht.pdf"],
  ["../../etc/passwd", "_.._etc_passwd"],
  ["C:\\Windows\\x.exe", "C__Windows_x.exe"],
  ["gnp\u202e.exe", "gnp_.exe"],
  [" . ", "_"],
  ["", "_"],
  [`${"ä".repeat(300)}.jpeg`, `${"ä".repeat(80)}.jpeg`],
])("%s", (name, safe) => {
  expect(safeName(name)).toBe(safe);
});

test("a path leads to its file, whatever it is called", () => {
  expect(linkTo(filePath(7, "Lage #1 50%.png"))).toBe("files/0007-Lage%20%231%2050%25.png");
});
