import { expect, test } from "vitest";

import { timeIn } from "./times.ts";

test("the time of elsewhere, where the zone is one", () => {
  const noon = Date.UTC(2026, 0, 15, 12);
  expect(timeIn("Asia/Tokyo", noon, "de")).toBe("21:00");
  expect(timeIn("Europe/Berlin", noon, "de")).toBe("13:00");
  expect(timeIn("Nowhere/At_All", noon, "de")).toBeUndefined();
});
