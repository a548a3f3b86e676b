// Who comes later reads what was said before, where the room lets them: encrypted as it is.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { register } from "../harness/account.ts";
import { beside } from "../harness/beside.ts";
import { axeClean } from "../harness/looking.ts";
import { otherApp } from "../harness/other-app.ts";
import { newPerson } from "../harness/person.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";

stage();

async function write(page: Page, words: string): Promise<void> {
  const composer = page.getByRole("textbox", { name: said("composer.placeholder-encrypted") });
  await composer.fill(words);
  await composer.press("Enter");
  await page.getByText(words, { exact: true }).waitFor();
  await expect.poll(() => page.getByRole("img", { name: said("message.sending") }).count()).toBe(0);
}

async function invite(page: Page, name: string, tells: Parameters<typeof said>[0]): Promise<void> {
  await page.getByRole("heading", { level: 1 }).getByRole("button").click();
  await beside(page, "panel.details").getByText(said("panel.members")).click();
  await page.getByRole("button", { name: said("members.invite") }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("searchbox").fill(name);
  await page.getByRole("option", { name }).click();
  await dialog.getByText(said(tells)).waitFor();
  await axeClean(page);
  await dialog.getByRole("button", { name: said("members.invite") }).click();
  await dialog.waitFor({ state: "detached" });
}

async function enter(page: Page, room: string): Promise<void> {
  await page.getByRole("row", { name: room }).click();
  await page.getByRole("button", { name: said("conversation.accept") }).click();
  await page.getByRole("textbox", { name: said("composer.placeholder-encrypted") }).waitFor();
}

test.each([
  { room: "Offen", history: "shared", reads: true },
  { room: "Vertraulich", history: "invited", reads: false },
] as const)("with history for $history, who comes later reads what was before: $reads", async (given) => {
  const { room, history, reads } = given;
  const anna = await newPerson(browser, herold.url, { name: `anna-${history}` });
  const ben = await newPerson(browser, herold.url, { name: `ben-${history}` });
  await register(anna.page, `anna-${history}`);
  await register(ben.page, `ben-${history}`);
  const elsewhere = await otherApp(herold.url, `anna-${history}`);
  await elsewhere.ask("POST", "/v3/createRoom", {
    name: room,
    initial_state: [
      { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } },
      { type: "m.room.history_visibility", state_key: "", content: { history_visibility: history } },
    ],
  });
  await anna.page.getByRole("row", { name: room }).click();
  await write(anna.page, "Lange bevor jemand kam");
  await invite(anna.page, `ben-${history}`, reads ? "members.reads-before" : "members.reads-from-now");
  await enter(ben.page, room);
  await write(ben.page, "Jetzt bin ich da");
  if (reads) {
    await ben.page.getByText("Lange bevor jemand kam").waitFor();
    // It is found, too.
    await ben.page.getByRole("button", { name: said("search.in-room") }).click();
    await ben.page.getByRole("searchbox", { name: said("search.in-room") }).fill("bevor");
    await ben.page
      .getByRole("grid", { name: said("search.results") })
      .getByRole("row", { name: /Lange bevor/ })
      .waitFor();
  } else {
    await anna.page.getByText("Jetzt bin ich da", { exact: true }).waitFor();
    expect(await ben.page.getByText("Lange bevor jemand kam").count()).toBe(0);
  }
  await Promise.all([anna.leave(), ben.leave()]);
});
