// The network comes and goes, the page is loaded again, the server crashes: nothing is lost, and nothing comes twice.
import { expect, test } from "vitest";

import { register } from "../harness/account.ts";
import { axeClean, screenshot } from "../harness/looking.ts";
import { otherApp } from "../harness/other-app.ts";
import { NO_SERVER, newPerson, type Person } from "../harness/person.ts";
import { roomOf, sayIn } from "../harness/rooms.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";
import { field, message, open, sent, write } from "../harness/talking.ts";
import { twoTalking } from "../harness/two.ts";

let anna: Person;
let bert: Person;

stage();

/** Stands above the conversation; where only the list is seen, there. */
const offline = (person: Person) => person.page.getByRole("main").getByText(said("shell.offline"));
const count = (person: Person, words: string) =>
  person.page.getByRole("log").getByRole("article").filter({ hasText: words }).count();

test("nothing is lost, and nothing comes twice", async () => {
  [anna, bert] = await twoTalking({ name: "anna" }, { name: "bert" });
  for (const { pardon } of [anna, bert]) pardon(NO_SERVER);
  await write(anna.page, "Before");
  await message(bert.page, "Before").waitFor();

  // The page is loaded again in the middle of it.
  await anna.page.reload();
  await message(anna.page, "Before").waitFor();
  await anna.page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await write(anna.page, "After a reload");
  await message(bert.page, "After a reload").waitFor();

  // The network goes, and what is written waits for it, in its order.
  await anna.context.setOffline(true);
  await offline(anna).waitFor();
  for (const words of ["First in the dark", "Second in the dark"]) {
    await field(anna.page).fill(words);
    await field(anna.page).press("Enter");
    await message(anna.page, words)
      .getByRole("img", { name: said("message.sending") })
      .waitFor();
  }
  await axeClean(anna.page);
  await screenshot(anna.page, "offline-1280");
  await anna.context.setOffline(false);
  await offline(anna).waitFor({ state: "hidden" });
  for (const words of ["First in the dark", "Second in the dark"]) {
    await sent(anna.page, words);
    await message(bert.page, words).waitFor();
    expect(await count(bert, words)).toBe(1);
  }

  // The server crashes while a message is on its way, and the page is loaded again before it is back.
  await field(anna.page).fill("Through the crash");
  await Promise.all([field(anna.page).press("Enter"), herold.crash()]);
  await message(anna.page, "Through the crash").waitFor();
  await offline(anna).waitFor();
  await anna.page.reload();
  await message(anna.page, "Through the crash").waitFor();
  await herold.start();
  await offline(anna).waitFor({ state: "hidden" });
  await sent(anna.page, "Through the crash");
  await message(bert.page, "Through the crash").waitFor();
  await write(bert.page, "It is here");
  await message(anna.page, "It is here").waitFor();
  for (const person of [anna, bert]) expect(await count(person, "Through the crash")).toBe(1);
  await anna.leave();
  await bert.leave();
});

test("a start without a connection shows the conversation that somebody came into a moment ago", async () => {
  const carla = await newPerson(browser, herold.url, { name: "carla" });
  const { page, context } = carla;
  carla.pardon(NO_SERVER);
  await register(page, "carla");
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await page.reload();
  await page.getByRole("button", { name: said("shell.menu") }).waitFor();
  await otherApp(herold.url, "dora", { register: true });
  const room = await roomOf(herold.url, ["dora", "carla"], { name: "Lage" });
  await sayIn(herold.url, "dora", room, [{ msgtype: "m.text", body: "Welcome" }]);
  await open(page, "Lage");
  await message(page, "Welcome").waitFor();
  await context.setOffline(true);
  await page.reload();
  await page.getByRole("row", { name: "Lage" }).waitFor();
  await page.getByRole("heading", { level: 1, name: "Lage" }).waitFor();
  await message(page, "Welcome").waitFor();
  await carla.leave();
});
