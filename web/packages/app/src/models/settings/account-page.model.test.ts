import { type AccountAbilities, Failure, type Session, signal } from "@herold/engine";
import { beforeEach, expect, test, vi } from "vitest";

import { AccountPageModel } from "./account-page.model.ts";

const ABILITIES: AccountAbilities = {
  rename: false,
  setAvatar: true,
  changePassword: true,
  refuseInvitations: true,
};
const CHANGE = { current: "old", next: "new", signOutOthers: false };

const people = { rename: vi.fn(), setAvatar: vi.fn() };
const account = { abilities: vi.fn(), changePassword: vi.fn(), deactivate: vi.fn() };
let model: AccountPageModel;

beforeEach(() => {
  for (const action of [...Object.values(people), ...Object.values(account)]) action.mockReset();
  account.abilities.mockResolvedValue(ABILITIES);
  const me = signal({ userId: "@anna:example.org", name: "Anna", avatar: undefined });
  model = new AccountPageModel({ me, people, account } as unknown as Session);
});

test("only what the server lets people do is offered", async () => {
  expect(model.abilities.value).toBe(undefined);
  await model.load();
  expect(model.abilities.value).toEqual(ABILITIES);
});

test("what the server does not say may be tried", async () => {
  account.abilities.mockRejectedValue(new Failure("unreachable"));
  await model.load();
  expect(model.abilities.value).toMatchObject({ rename: true, changePassword: true });
});

test("a password that was changed is said so until the next one is begun", async () => {
  account.changePassword.mockRejectedValueOnce(new Failure("wrong-password"));
  expect(await model.changePassword(CHANGE)).toBe(false);
  expect(model.passwordFailure.value).toBe("wrong-password");
  expect(await model.changePassword(CHANGE)).toBe(true);
  expect(model.passwordChanged.value).toBe(true);
  expect(model.passwordFailure.value).toBe(undefined);
  model.begin();
  expect(model.passwordChanged.value).toBe(false);
});

test("what goes wrong with the account's end is told there, and not at the password", async () => {
  account.deactivate.mockRejectedValueOnce(new Failure("wrong-password"));
  expect(await model.close({ password: "not it", erase: true })).toBe(false);
  expect(model.closingFailure.value).toBe("wrong-password");
  expect(model.passwordFailure.value).toBe(undefined);
  expect(await model.close({ password: "it", erase: true })).toBe(true);
  expect(account.deactivate).toHaveBeenLastCalledWith({ password: "it", erase: true });
});

test("a name that is refused is told", async () => {
  people.rename.mockRejectedValueOnce(new Failure("forbidden"));
  expect(await model.rename("Anna")).toBe(false);
  expect(model.profileFailure.value).toBe("forbidden");
  expect(await model.setPicture(undefined)).toBe(true);
  expect(people.setAvatar).toHaveBeenCalledWith(undefined);
});
