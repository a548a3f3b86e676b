// Somebody comes back: the list is there before the encryption, the stores and the server are, and becomes the live one.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { axeClean, screenshot } from "../harness/looking.ts";
import type { Person } from "../harness/person.ts";
import { said } from "../harness/said.ts";
import { herold, stage } from "../harness/stage.ts";
import { message, open, write } from "../harness/talking.ts";
import { twoTalking } from "../harness/two.ts";

stage();

/** What lies in the browser of the list: sealed, so that all one sees is that it is another one. */
function kept(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const known = (await indexedDB.databases()).find(({ name }) => name?.startsWith("herold-list-"));
    if (!known?.name) return "nothing";
    const opening = indexedDB.open(known.name);
    await new Promise((opened) => opening.addEventListener("success", opened));
    const asking = opening.result.transaction("lists").objectStore("lists").get("list");
    await new Promise((answered) => asking.addEventListener("success", answered));
    opening.result.close();
    return String(asking.result);
  });
}

const row = ({ page }: Person, words: string) => page.getByRole("row").filter({ hasText: words });

test("the list of the last time is there at once, and what came meanwhile comes into it", async () => {
  // What a service worker answers itself cannot be held up.
  const [anna, bert] = await twoTalking({ name: "anna", serviceWorkers: "block" }, { name: "bert" });
  await write(anna.page, "Until tomorrow");
  await message(bert.page, "Until tomorrow").waitFor();
  await row(anna, "Until tomorrow").waitFor();

  // Whoever looks away has the list kept, and comes back to a browser that takes its time with the encryption.
  const before = await kept(anna.page);
  await anna.page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden" });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await expect.poll(() => kept(anna.page)).not.toBe(before);
  await anna.page.goto("about:blank");
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await anna.context.route(/\.wasm$/, async (route) => {
    await held;
    await route.continue();
  });
  await anna.page.goto(herold.url);
  await row(anna, "Until tomorrow").waitFor();
  await open(anna.page, "bert");
  await anna.page.getByRole("main").getByText(said("shell.starting")).waitFor();
  await axeClean(anna.page);
  await screenshot(anna.page, "start-1280");
  await write(bert.page, "It is tomorrow");
  expect(await row(anna, "It is tomorrow").count()).toBe(0);

  release();
  await message(anna.page, "It is tomorrow").waitFor();
  await row(anna, "It is tomorrow").waitFor();
  await write(anna.page, "So it is");
  await message(bert.page, "So it is").waitFor();
  await anna.leave();
  await bert.leave();
});
