import { expect, test } from "vitest";

import { placeLink } from "./place-link.ts";

const berlin = { latitude: 52.5, longitude: -13.4 };

test("without a map of the organisation the device shows the place", () => {
  expect(placeLink(undefined, berlin)).toEqual({ href: "geo:52.5,-13.4" });
  expect(placeLink("javascript:alert({latitude},{longitude})", berlin).href).toBe("geo:52.5,-13.4");
});

test("the organisation's map shows it on a page that is told nothing else", () => {
  const map = "https://maps.example.org/{latitude}/{longitude}#at={latitude}";
  expect(placeLink(map, berlin)).toEqual({
    href: "https://maps.example.org/52.5/-13.4#at=52.5",
    target: "_blank",
    rel: "noreferrer noopener",
  });
});
