import { expect, test } from "vitest";

import { fields, mxc, number, text } from "./values.ts";

const OF_ALL_KINDS = [undefined, null, true, 0, -1, Number.NaN, 5, "", "x", [], ["x"], {}, { url: "x" }];

test("what is of another kind is not there", () => {
  expect(OF_ALL_KINDS.map(text).filter((one) => one !== undefined)).toEqual(["x"]);
  expect(OF_ALL_KINDS.map(number).filter((one) => one !== undefined)).toEqual([0, 5]);
  expect(OF_ALL_KINDS.map(fields).filter((one) => Object.keys(one).length > 0)).toEqual([{ url: "x" }]);
  expect(OF_ALL_KINDS.map(mxc).every((one) => one === undefined)).toBe(true);
});

test.each(["mxc://example.org/AQwafuaFsw", "mxc://[::1]:8448/a-b_c", "mxc://127.0.0.1:80/x"])(
  "%s is the address of a file",
  (address) => expect(mxc(address)).toBe(address),
);

test.each([
  "nonsense",
  "mxc://",
  "mxc://example.org",
  "mxc://example.org/",
  "mxc://example.org/a/b",
  "mxc://example.org/..",
  "mxc://example.org/a?b",
  "mxc:///a",
  "mxc://../config",
  "mxc://./config",
  " mxc://example.org/a",
  "mxc://example.org/a\n",
  "https://example.org/a",
  "javascript:alert(1)",
])("%j is none", (address) => expect(mxc(address)).toBeUndefined());
