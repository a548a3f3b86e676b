import { expect, test } from "vitest";

import { nextStage, registrationOf, termsOf } from "./stages.ts";

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
  ["agreement to documents", flows([DUMMY, TERMS]), "open"],
  ["no way", flows(), "closed"],
])("%s", (_name, asked, registration) => {
  expect(registrationOf(asked)).toBe(registration);
});

test("stages are answered one after the other, on a way that can be gone to its end", () => {
  const asked = flows([DUMMY, "m.login.recaptcha"], [TOKEN, DUMMY]);
  const answer = { type: TOKEN, session: "s", token: "abc" };
  expect(nextStage(asked, { token: " abc " })).toEqual({ answer });
  expect(nextStage({ ...asked, completed: [TOKEN] }, { token: "abc" })).toEqual({
    answer: { type: DUMMY, session: "s" },
  });
  expect(nextStage({ ...asked, completed: [TOKEN, DUMMY] }, { token: "abc" })).toBe("no-way");
});

test("without a token the way that asks for one is not gone", () => {
  expect(nextStage(flows([TOKEN], [DUMMY]), {})).toEqual({ answer: { type: DUMMY, session: "s" } });
  expect(nextStage(flows([TOKEN]), {})).toBe("no-way");
});

const english = { name: "Privacy policy", url: "https://example.org/privacy" };
const german = { name: "Datenschutzerklärung", url: "https://example.org/datenschutz" };
const privacy = (version: string) => ({
  ...flows([TERMS, DUMMY]),
  params: { [TERMS]: { policies: { privacy: { version, en: english, de_DE: german } } } },
});

test("documents are read with all their languages", () => {
  expect(termsOf(privacy("1"))).toEqual([
    { id: "privacy", version: "1", languages: { en: english, "de-DE": german } },
  ]);
  expect(termsOf(flows([DUMMY]))).toEqual([]);
});

test("a link that leads to no page is left out", () => {
  const policies = {
    bad: { version: "1", en: { name: "Run me", url: "javascript:alert(1)" }, de: 7, fr: null },
  };
  const [document] = termsOf({ ...flows([TERMS]), params: { [TERMS]: { policies } } });
  expect(document?.languages).toEqual({});
});

test("only documents that were shown are agreed to", () => {
  const agreed = termsOf(privacy("1"));
  expect(nextStage(privacy("1"), { agreed })).toEqual({ answer: { type: TERMS, session: "s" } });
  expect(nextStage(privacy("2"), { agreed })).toBe("terms-changed");
  expect(nextStage(privacy("1"), {})).toBe("terms-changed");
});
