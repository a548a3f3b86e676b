// What the person is told about while they do something else: in the app, outside it, on its icon; as they want it.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { register } from "../harness/account.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { type OtherApp, otherApp } from "../harness/other-app.ts";
import { newPerson, PHONE } from "../harness/person.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";

stage();

/** A room of two that both are in. */
async function room(host: OtherApp, guest: OtherApp, name: string): Promise<string> {
  const { room_id: roomId } = await host.ask<{ room_id: string }>("POST", "/v3/createRoom", {
    name,
    invite: [guest.userId],
  });
  await guest.ask("POST", `/v3/join/${encodeURIComponent(roomId)}`, {});
  return roomId;
}

let sent = 0;

async function write(from: OtherApp, roomId: string, body: string): Promise<void> {
  sent += 1;
  const path = `/v3/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${sent}`;
  await from.ask("PUT", path, { msgtype: "m.text", body });
}

/** Nobody looks at the page, and what it shows on the screen is noted. */
async function lookAway(page: Page): Promise<() => Promise<{ title: string; body: string }[]>> {
  await page.evaluate(() => {
    const popped: { title: string; body: string }[] = [];
    class Noted extends EventTarget {
      constructor(title: string, { body = "" }: NotificationOptions = {}) {
        super();
        popped.push({ title, body });
      }
      close(): void {}
    }
    Object.assign(window, { popped, Notification: Noted });
    document.hasFocus = () => false;
  });
  return () =>
    page.evaluate(() => (window as unknown as { popped: { title: string; body: string }[] }).popped);
}

test("messages are told within the app, and outside it while nobody looks, and counted on the app", async () => {
  const person = await newPerson(browser, herold.url, {
    name: "anna",
    locale: "de-DE",
    viewport: PHONE,
    permissions: ["notifications"],
    // What the page shows itself can be noted.
    serviceWorkers: "block",
  });
  const { page } = person;
  await register(page, "anna");
  const [anna, bert] = [
    await otherApp(herold.url, "anna"),
    await otherApp(herold.url, "bert", { register: true }),
  ];
  const tea = await room(bert, anna, "Tee um vier in der großen Küche hinter dem Sitzungssaal");
  await page
    .getByText(/^Tee um vier/)
    .first()
    .waitFor();
  const notices = page.getByRole("region", { name: said("notifying.title") });

  await write(bert, tea, "Ist fertig");
  await notices.getByText("bert: Ist fertig").waitFor();
  await axeClean(page);
  await fitsInWidth(page);
  await screenshot(page, "notice-320");
  expect(await page.title()).toMatch(/^\(\d+\) /);
  await notices.getByText("bert: Ist fertig").click();
  await page
    .getByRole("heading", { name: /^Tee um vier/ })
    .first()
    .waitFor();
  // What is read is not waiting any more.
  await expect.poll(() => page.title()).toBe("Herold");
  await write(bert, tea, "Wirklich");
  await page.getByText("Wirklich").first().waitFor();
  expect(await notices.getByText(/Wirklich/).count()).toBe(0);

  const popped = await lookAway(page);
  await write(bert, tea, "Kommt ihr?");
  await expect
    .poll(popped)
    .toEqual([{ title: expect.stringMatching(/^Tee um vier/), body: "bert: Kommt ihr?" }]);
  await expect.poll(() => page.title()).toBe("(1) Herold");
  await expect
    .poll(() => page.evaluate(() => document.querySelector<HTMLLinkElement>('link[rel="icon"]')?.href))
    .toMatch(/^blob:/);

  // As much as the person wants to be seen.
  await page.goto(`${herold.url}/#/settings/notifications`);
  await page.getByText(said("notifying.shows-nothing"), { exact: true }).click();
  await write(bert, tea, "Der Kuchen ist gleich weg");
  await expect.poll(async () => (await popped()).at(-1)).toEqual({ title: "Herold", body: "Neue Nachricht" });
  await person.leave();
});

test("what the account wants to be told about is decided for all its devices", async () => {
  const person = await newPerson(browser, herold.url, { name: "carla", locale: "de-DE", viewport: PHONE });
  const { page } = person;
  await register(page, "carla");
  const carla = await otherApp(herold.url, "carla");
  await page.goto(`${herold.url}/#/settings/notifications`);
  const choice = (name: Parameters<typeof said>[0]) => page.getByRole("switch", { name: said(name) });
  await page.getByText(said("notifying.rule-groups"), { exact: true }).click();
  const actions = async (id: string) =>
    (await carla.ask<{ actions: unknown[] }>("GET", `/v3/pushrules/global/underride/${id}/actions`)).actions;
  await expect.poll(() => actions(".m.rule.message")).toEqual([]);
  await expect.poll(() => actions(".m.rule.encrypted")).toEqual([]);
  await expect.poll(() => choice("notifying.rule-groups").isChecked()).toBe(false);

  await page.getByRole("textbox", { name: said("notifying.keyword") }).fill("Kuchen");
  await page.getByRole("button", { name: said("notifying.keyword-add") }).click();
  await page.getByRole("button", { name: said("notifying.keyword-remove") }).waitFor();
  const all = await carla.ask<{ global: { content: { pattern: string }[] } }>("GET", "/v3/pushrules/");
  expect(all.global.content.map(({ pattern }) => pattern)).toContain("Kuchen");

  await page.getByText(said("notifying.quiet"), { exact: true }).click();
  await page.getByLabel(said("notifying.quiet-from")).fill("20:30");
  await expect
    .poll(() => carla.ask("GET", `/v3/user/${carla.userId}/account_data/org.herold.preferences`))
    .toEqual({ quiet_hours: { from: 20 * 60 + 30, to: 7 * 60 } });
  await axeClean(page);
  await fitsInWidth(page);
  await page.getByText(said("notifying.quiet"), { exact: true }).scrollIntoViewIfNeeded();
  await screenshot(page, "notifications-320");
  await person.leave();
});
