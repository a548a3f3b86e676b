import { Failure, type Session, signal } from "@herold/engine";
import { expect, test, vi } from "vitest";

import { PrivacyPageModel } from "./privacy-page.model.ts";

function page(refuseInvitations: () => Promise<boolean>) {
  const ignored = signal<readonly string[]>(["@bert:example.org", "@gone:example.org"]);
  const people = {
    ignored,
    profile: vi.fn(async (userId: string) => {
      if (userId.startsWith("@gone")) throw new Failure("not-found");
      return { userId, name: "Bert", avatar: undefined };
    }),
    setIgnored: vi.fn(async (userId: string, ignores: boolean) => {
      if (!ignores) ignored.value = ignored.value.filter((other) => other !== userId);
    }),
  };
  const account = { abilities: async () => ({ refuseInvitations: await refuseInvitations() }) };
  return { people, model: new PrivacyPageModel({ account, people } as unknown as Session) };
}

test("ignored people are called by name, and by their id where they have none", async () => {
  const { model } = page(async () => true);
  expect(model.ignored.value.map(({ name }) => name)).toEqual(["@bert:example.org", "@gone:example.org"]);
  await model.load();
  expect(model.ignored.value.map(({ name }) => name)).toEqual(["Bert", "@gone:example.org"]);
  await model.stopIgnoring("@gone:example.org");
  expect(model.ignored.value.map(({ name }) => name)).toEqual(["Bert"]);
});

test("refusing invitations is offered where the server knows how", async () => {
  const knows = page(async () => true);
  expect(knows.model.mayRefuseInvitations.value).toBe(false);
  await knows.model.load();
  expect(knows.model.mayRefuseInvitations.value).toBe(true);
  const silent = page(async () => {
    throw new Failure("unreachable");
  });
  await silent.model.load();
  expect(silent.model.mayRefuseInvitations.value).toBe(false);
});

test("a change that could not be kept is told", async () => {
  const { model } = page(async () => true);
  expect(await model.change(() => Promise.reject(new Failure("unreachable")))).toBe(false);
  expect(model.failure.value).toBe("unreachable");
});
