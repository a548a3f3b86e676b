import { expect, test } from "vitest";

import { isQuiet, minutesIn, timeText } from "./quiet-hours.ts";

const NIGHT = { from: 22 * 60, to: 6 * 60 };
const NOON = { from: 12 * 60, to: 13 * 60 };

test.each([
  [NIGHT, "21:59", false],
  [NIGHT, "22:00", true],
  [NIGHT, "00:00", true],
  [NIGHT, "05:59", true],
  [NIGHT, "06:00", false],
  [NOON, "11:59", false],
  [NOON, "12:30", true],
  [NOON, "13:00", false],
  [undefined, "03:00", false],
])("%j at %s", (hours, time, quiet) => {
  expect(isQuiet(hours, minutesIn(time) ?? -1)).toBe(quiet);
});

test.each(["00:00", "07:05", "23:59"])("%s is read as it is written", (time) => {
  expect(timeText(minutesIn(time) ?? -1)).toBe(time);
});

test.each(["", "24:00", "7:05", "12:60", "noon"])("%s is no time", (text) => {
  expect(minutesIn(text)).toBe(undefined);
});
