import { expect, test } from "vitest";

import { nextStage, registrationOf } from "./stages.ts";

const flows = (...ways: string[][]) => ({ session: "s", flows: ways.map((stages) => ({ stages })) });
const DUMMY = "m.login.dummy";
const TOKEN = "m.login.registration_token";
const TERMS = "m.login.terms";

test.each([
  ["nothing is asked", flows([DUMMY]), "open"],
  ["a token", flows([TOKEN, DUMMY]), "token"],
  ["a token, or nothing", flows([TOKEN], [DUMMY]), "open"],
  ["something unknown", flows(["m.login.recaptcha", DUMMY]), "closed"],
  ["something unknown, or a token", flows([DUMMY, "m.login.email.identity"], [TOKEN]), "token"],
  ["agreement that nobody was asked for", flows([DUMMY, TERMS]), "closed"],
  ["no way", flows(), "closed"],
])("%s", (_name, asked, registration) => {
  expect(registrationOf(asked)).toBe(registration);
});

test("stages are answered one after the other, on a way that can be gone to its end", () => {
  const asked = flows([DUMMY, TERMS], [TOKEN, DUMMY]);
  expect(nextStage(asked, { token: " abc " })).toEqual({ type: TOKEN, session: "s", token: "abc" });
  expect(nextStage({ ...asked, completed: [TOKEN] }, { token: "abc" })).toEqual({
    type: DUMMY,
    session: "s",
  });
  expect(nextStage({ ...asked, completed: [TOKEN, DUMMY] }, { token: "abc" })).toBeUndefined();
});

test("without a token the way that asks for one is not gone, and terms are not agreed to", () => {
  expect(nextStage(flows([TOKEN], [DUMMY]), {})).toEqual({ type: DUMMY, session: "s" });
  expect(nextStage(flows([TOKEN]), {})).toBeUndefined();
  expect(nextStage(flows([TERMS]), {})).toBeUndefined();
});
