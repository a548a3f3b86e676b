// Finding what was said: in encrypted conversations by this device alone, and nothing of it can be read in its storage.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { PASSWORD, register, signIn } from "../harness/account.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { otherApp } from "../harness/other-app.ts";
import { newPerson, PHONE } from "../harness/person.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";

stage();

const ENCRYPTED = [
  { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } },
];

async function write(page: Page, words: string): Promise<void> {
  const composer = page.getByRole("textbox", { name: said("composer.placeholder-encrypted") });
  await composer.fill(words);
  await composer.press("Enter");
}

/** All that the browser keeps for the app, as text. */
function kept(page: Page): Promise<{ database: string; text: string }[]> {
  return page.evaluate(async () => {
    const textOf = (value: unknown): string => {
      if (value instanceof ArrayBuffer) return new TextDecoder("latin1").decode(value);
      if (ArrayBuffer.isView(value))
        return new TextDecoder("latin1").decode(value as Uint8Array<ArrayBuffer>);
      if (typeof value === "object" && value !== null)
        return Object.entries(value)
          .map(([key, inner]) => `${key} ${textOf(inner)}`)
          .join(" ");
      return String(value);
    };
    const asked = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const all = [];
    for (const { name = "" } of await indexedDB.databases()) {
      const database = await asked(indexedDB.open(name));
      const parts: string[] = [];
      for (const store of database.objectStoreNames) {
        const records = database.transaction(store).objectStore(store);
        parts.push(textOf(await asked(records.getAllKeys())));
      }
      for (const store of database.objectStoreNames) {
        parts.push(textOf(await asked(database.transaction(store).objectStore(store).getAll())));
      }
      database.close();
      all.push({ database: name, text: parts.join(" ") });
    }
    return all;
  });
}

test("an old encrypted message is found on a new device, after a reload too, and goes with the account", async () => {
  const first = await newPerson(browser, herold.url, { name: "anna", locale: "de-DE" });
  const key = await register(first.page, "anna");
  const elsewhere = await otherApp(herold.url, "anna");
  await elsewhere.ask("POST", "/v3/createRoom", { name: "Werkstatt", initial_state: ENCRYPTED });
  const backedUp = first.page.waitForResponse(
    (answer) => answer.url().includes("/room_keys/keys") && answer.request().method() === "PUT",
  );
  await first.page.getByRole("row", { name: "Werkstatt" }).click();
  await write(first.page, "Der Zündschlüssel liegt im Handschuhfach");
  for (let number = 1; number <= 70; number += 1) await write(first.page, `Meldung ${number}`);
  await first.page.getByText("Meldung 70", { exact: true }).waitFor();
  await expect.poll(() => first.page.getByRole("img", { name: said("message.sending") }).count()).toBe(0);
  await backedUp;

  const second = await newPerson(browser, herold.url, { name: "anna-new", locale: "de-DE" });
  const { page } = second;
  await signIn(page, "anna", PASSWORD);
  await page.getByText(said("encryption.by-recovery-key")).click();
  await page.getByRole("textbox", { name: said("encryption.recovery-key") }).fill(key);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: said("common.done") }).click();
  await page.getByRole("row", { name: "Werkstatt" }).click();
  await page.getByText("Meldung 70", { exact: true }).waitFor();
  await page.getByRole("button", { name: said("search.in-room") }).click();
  const field = page.getByRole("searchbox", { name: said("search.in-room") });
  await field.fill("ZUNDSCHL");
  const result = page
    .getByRole("grid", { name: said("search.results") })
    .getByRole("row", { name: /Zündschlüssel/ });
  // Older messages come one page after the other, and are found as they come.
  await result.waitFor({ timeout: 60_000 });
  await axeClean(page);
  await screenshot(page, "search-panel-de");

  await page.reload();
  await page.getByRole("searchbox", { name: said("search.in-room") }).fill("handschuh");
  await result.waitFor();
  await page.getByRole("searchbox", { name: said("search.in-room") }).press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("article").getByText("Der Zündschlüssel liegt im Handschuhfach").waitFor();
  // The results stay where they are.
  await result.waitFor();

  const stored = await kept(page);
  expect(stored.map(({ database }) => database)).toContainEqual(
    expect.stringMatching(/^herold-search-@anna:/),
  );
  for (const { database, text } of stored) {
    for (const word of ["Zündschlüssel", "zundschlussel", "Handschuhfach", "handschuhfach", "Meldung 12"])
      expect(text.includes(word), `${word} in ${database}`).toBe(false);
  }

  await page.getByRole("button", { name: said("shell.menu") }).click();
  await page.getByRole("menuitem", { name: said("shell.sign-out") }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: said("shell.sign-out") })
    .click();
  await page.getByRole("textbox", { name: said("sign-in.name") }).waitFor();
  expect((await page.evaluate(() => indexedDB.databases())).map(({ name }) => name)).not.toContainEqual(
    expect.stringContaining("search"),
  );
  await Promise.all([first.leave(), second.leave()]);
});

test("conversations, people and messages are found in one place, whoever holds them; a phone finds the way back", async () => {
  const bert = await otherApp(herold.url, "bert", { register: true });
  await otherApp(herold.url, "kantinenwirt", { register: true });
  const carla = await newPerson(browser, herold.url, { name: "carla", locale: "de-DE", viewport: PHONE });
  const { page } = carla;
  await register(page, "carla");
  const elsewhere = await otherApp(herold.url, "carla");
  const { room_id: open } = await bert.ask<{ room_id: string }>("POST", "/v3/createRoom", {
    name: "Kantine und Speisepläne für alle Standorte",
    preset: "public_chat",
  });
  const say = (transaction: string, content: object) =>
    bert.ask<{ event_id: string }>("PUT", `/v3/rooms/${open}/send/m.room.message/${transaction}`, content);
  for (let number = 1; number <= 45; number += 1)
    await say(`t${number}`, { msgtype: "m.text", body: `Speiseplan ${number}: Kantinenessen` });
  await say("link", { msgtype: "m.text", body: "Der Kantinenplan: https://example.org/plan" });
  await elsewhere.ask("POST", `/v3/join/${encodeURIComponent(open)}`);
  await elsewhere.ask("POST", "/v3/createRoom", { name: "Vertraulich", initial_state: ENCRYPTED });

  await page.getByRole("row", { name: "Vertraulich" }).click();
  await write(page, "Die Kantine schließt früher");
  await page.getByText("Die Kantine schließt früher").waitFor();
  await expect.poll(() => page.getByRole("img", { name: said("message.sending") }).count()).toBe(0);
  await page.getByRole("button", { name: said("common.back") }).click();

  const field = page.getByRole("searchbox", { name: said("search.field") });
  const results = page.getByRole("grid", { name: said("search.results") });
  await field.fill("kantine");
  await results.getByRole("row", { name: /schließt früher/ }).waitFor();
  await results.getByRole("row", { name: /Kantinenplan/ }).waitFor();
  await results.getByRole("row", { name: "kantinenwirt" }).waitFor();
  await results.getByRole("row", { name: /Kantine und Speisepläne/ }).waitFor();
  await fitsInWidth(page);
  await axeClean(page);
  await screenshot(page, "search-everywhere-320");

  // More comes while one goes down the list.
  const oldest = results.getByRole("row", { name: /Speiseplan 1:/ });
  await field.press("ArrowDown");
  await expect
    .poll(async () => {
      await page.keyboard.press("End");
      return oldest.count();
    })
    .toBe(1);
  await oldest.click();
  await page.getByRole("article").getByText("Speiseplan 1: Kantinenessen").waitFor();
  await page.getByRole("button", { name: said("common.back") }).click();
  await results.waitFor();
  expect(await field.inputValue()).toBe("kantine");

  await page.getByRole("radio", { name: said("search.links") }).click();
  await expect.poll(() => results.getByRole("row", { name: /https/ }).count()).toBe(1);
  await expect.poll(() => results.getByRole("row", { name: /früher/ }).count()).toBe(0);
  await page.getByRole("radio", { name: said("search.all") }).click();
  await page.getByRole("button", { name: said("search.narrow") }).click();
  await page.getByRole("radio", { name: said("search.by-room") }).click();
  await page.getByRole("combobox", { name: said("search.person") }).fill("ber");
  await page.getByRole("option", { name: /bert/ }).click();
  await expect.poll(() => results.getByRole("row", { name: /früher/ }).count()).toBe(0);
  await axeClean(page);
  await fitsInWidth(page);
  await screenshot(page, "search-narrowed-320");

  await field.fill("gibtesnicht");
  await page.getByText(said("search.nothing")).waitFor();
  await carla.leave();
});
