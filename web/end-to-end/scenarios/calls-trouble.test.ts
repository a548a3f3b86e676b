// A call in trouble, and what is shown in one: screens, no camera, pages that are closed, networks that break.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { register } from "../harness/account.ts";
import { startConversation } from "../harness/api.ts";
import { call, connected, hears, pressIn, sees } from "../harness/calling.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { NO_SERVER, newPerson, type Person, PHONE } from "../harness/person.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";
import { log, open } from "../harness/talking.ts";
import { wireBetween } from "../harness/wire.ts";

stage();

/** Two who have a conversation open; they are called Anna and Bert here. */
async function two(names: readonly [string, string], init?: () => void): Promise<readonly [Person, Person]> {
  const permissions = ["microphone", "camera"];
  const anna = await newPerson(browser, herold.url, { name: names[0], locale: "de-DE", permissions });
  const bert = await newPerson(browser, herold.url, {
    name: names[1],
    locale: "fr-FR",
    colorScheme: "dark",
    viewport: PHONE,
    permissions,
  });
  if (init) {
    await anna.page.addInitScript(init);
    await anna.page.reload();
  }
  await Promise.all([register(anna.page, names[0]), register(bert.page, names[1])]);
  await startConversation(herold.url, ...names);
  await open(bert.page, names[0]);
  await bert.page.getByRole("button", { name: said("conversation.accept") }).click();
  await open(anna.page, names[1]);
  return [anna, bert];
}

async function talk(from: Page, to: Page, how: "calls.start" | "calls.start-video"): Promise<void> {
  await from.getByRole("button", { name: said(how) }).click();
  await pressIn(to, "calls.accept");
  await connected(from, to);
}

const screens = (page: Page) => call(page).getByLabel(said("calls.screen-of"));

test("a screen is shown, also by somebody without a camera, and ended by the browser's own button", async () => {
  const [anna, bert] = await two(["anna", "bert"], () => {
    const devices = navigator.mediaDevices;
    const [known, give] = [devices.enumerateDevices.bind(devices), devices.getUserMedia.bind(devices)];
    devices.enumerateDevices = async () => (await known()).filter(({ kind }) => kind !== "videoinput");
    devices.getUserMedia = (wanted) =>
      wanted?.video ? Promise.reject(new DOMException("", "NotFoundError")) : give(wanted);
    const show = devices.getDisplayMedia.bind(devices);
    devices.getDisplayMedia = async (wanted) => {
      const stream = await show(wanted);
      Object.assign(globalThis, { shown: stream.getVideoTracks()[0] });
      return stream;
    };
  });
  await talk(anna.page, bert.page, "calls.start-video");
  expect(await call(anna.page).getByLabel(said("common.you")).count()).toBe(0);

  for (let time = 0; time < 2; time += 1) {
    await pressIn(anna.page, "calls.screen-on");
    await screens(bert.page).waitFor();
    await expect
      .poll(() => screens(bert.page).evaluate((video: HTMLVideoElement) => video.videoWidth), {
        timeout: 20_000,
      })
      .toBeGreaterThan(0);
    await axeClean(anna.page);
    await axeClean(bert.page);
    await fitsInWidth(bert.page);
    await screenshot(bert.page, "call-screen-fr-320-dark");
    if (time === 0) await pressIn(anna.page, "calls.screen-off");
    // What the browser's button does.
    else
      await anna.page.evaluate(() => {
        const { shown } = globalThis as unknown as { shown: MediaStreamTrack };
        shown.stop();
        shown.dispatchEvent(new Event("ended"));
      });
    await screens(bert.page).waitFor({ state: "detached" });
    await call(anna.page)
      .getByRole("button", { name: said("calls.screen-on") })
      .waitFor();
  }

  // Who has no camera is told so.
  await pressIn(anna.page, "calls.camera-on");
  await call(anna.page).getByText(said("calls.no-device")).waitFor();
  await axeClean(anna.page);
  await screenshot(anna.page, "call-no-device-de-1280");
  await pressIn(bert.page, "calls.hang-up");
  await call(anna.page).waitFor({ state: "detached" });
  await anna.leave();
  await bert.leave();
});

test("a page that is loaded anew or closed ends the call for both", async () => {
  const [anna, bert] = await two(["dora", "emil"]);
  await talk(anna.page, bert.page, "calls.start-video");
  await expect.poll(() => sees(anna.page, "emil"), { timeout: 20_000 }).toBe(true);
  await bert.page.reload();
  await call(anna.page).waitFor({ state: "detached" });
  await log(bert.page).waitFor();
  expect(await call(bert.page).count()).toBe(0);

  await talk(anna.page, bert.page, "calls.start");
  await bert.page.close({ runBeforeUnload: true });
  await call(anna.page).waitFor({ state: "detached" });
  await anna.leave();
  await bert.leave();
});

test("a network that breaks is told, and the call goes on when it is back", {
  timeout: 180_000,
}, async () => {
  const [anna, bert] = await two(["frida", "gustav"]);
  const wire = await wireBetween(anna, bert);
  const cutOff = async (cut: boolean): Promise<void> => {
    wire.cut(cut);
    await bert.context.setOffline(cut);
  };
  bert.pardon(NO_SERVER);
  await talk(anna.page, bert.page, "calls.start");
  await expect.poll(() => hears(anna.page), { timeout: 20_000 }).toBe(true);

  await cutOff(true);
  for (const { page } of [anna, bert])
    await call(page).getByText(said("calls.reconnecting")).waitFor({ timeout: 30_000 });
  await axeClean(anna.page);
  await fitsInWidth(bert.page);
  await screenshot(bert.page, "call-reconnecting-fr-320-dark");
  await cutOff(false);
  for (const { page } of [anna, bert])
    await call(page).getByText(said("calls.connected")).waitFor({ timeout: 30_000 });
  await expect.poll(() => hears(anna.page), { timeout: 20_000 }).toBe(true);
  await expect.poll(() => hears(bert.page), { timeout: 20_000 }).toBe(true);

  // Who does not come back is let go, by both.
  await cutOff(true);
  for (const { page } of [anna, bert])
    await call(page).getByText(said("calls.end-connection-failed")).waitFor({ timeout: 60_000 });
  await axeClean(anna.page);
  await pressIn(anna.page, "common.close");
  await cutOff(false);
  wire.stop();
  await anna.leave();
  await bert.leave();
});
