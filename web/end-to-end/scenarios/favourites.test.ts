// Favourites stand where they are put, with the mouse and the keyboard; the list is walked through.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { register } from "../harness/account.ts";
import { asPerson, userId } from "../harness/api.ts";
import { axeClean } from "../harness/looking.ts";
import { newPerson } from "../harness/person.ts";
import { roomOf } from "../harness/rooms.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";

stage();

const NAMES = ["Eins", "Zwei", "Drei"];

/** Under load a page takes a while. */
const SOON = { timeout: 15_000 };

/** The favourites among the rows, as they stand. */
const order = (page: Page) =>
  page.getByRole("row").evaluateAll((rows, names) => {
    const tops = rows.map((row) => ({ row, top: row.getBoundingClientRect().top }));
    const sorted = tops.sort((left, right) => left.top - right.top).map(({ row }) => row.textContent ?? "");
    return sorted.flatMap((text) => names.filter((name) => text.includes(name)));
  }, NAMES);

test.each([{ others: true }, { others: false }])(
  "the first is dropped as the last; others below: $others",
  async ({ others }) => {
    const name = others ? "anna" : "berta";
    const person = await newPerson(browser, herold.url, { name });
    const { page } = person;
    await register(page, name);
    const me = encodeURIComponent(await userId(herold.url, name));
    for (const [index, room] of NAMES.entries()) {
      const roomId = encodeURIComponent(await roomOf(herold.url, [name], { name: room }));
      await asPerson(herold.url, name, (ask) =>
        ask("PUT", `/v3/user/${me}/rooms/${roomId}/tags/m.favourite`, { order: (index + 1) / 10 }),
      );
    }
    if (others) await roomOf(herold.url, [name], { name: "Nebenan" });
    await expect.poll(() => order(page), SOON).toEqual(["Eins", "Zwei", "Drei"]);
    if (others) await page.getByRole("row", { name: "Nebenan" }).waitFor();

    const row = (title: string) => page.getByRole("row", { name: title });
    const last = await row("Drei").boundingBox();
    await row("Eins").dragTo(row("Drei"), { targetPosition: { x: 60, y: (last?.height ?? 64) - 3 } });
    await expect.poll(() => order(page), SOON).toEqual(["Zwei", "Drei", "Eins"]);
    // It stands there for all devices.
    await page.reload();
    await expect.poll(() => order(page), SOON).toEqual(["Zwei", "Drei", "Eins"]);
    // In the middle as before.
    const middle = await row("Drei").boundingBox();
    await row("Eins").dragTo(row("Drei"), { targetPosition: { x: 60, y: (middle?.height ?? 64) * 0.2 } });
    await expect.poll(() => order(page), SOON).toEqual(["Zwei", "Eins", "Drei"]);

    // The same with the keyboard: it is told where the room stands, and keeps the focus.
    await row("Zwei").focus();
    await page.keyboard.press("Alt+ArrowDown");
    await expect.poll(() => order(page), SOON).toEqual(["Eins", "Zwei", "Drei"]);
    await page.getByRole("status").getByText(said("rooms.moved")).waitFor();
    const focused = (title: string) => row(title).evaluate((element) => element === document.activeElement);
    expect(await focused("Zwei")).toBe(true);
    // A letter leads to the room that begins with it, an arrow to the next one, which opens.
    await page.keyboard.press("e");
    await expect.poll(() => focused("Eins"), SOON).toBe(true);
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => focused("Zwei"), SOON).toBe(true);
    await page.getByRole("main").getByRole("heading", { name: "Zwei", level: 1 }).waitFor();
    expect(await row("Zwei").getAttribute("aria-selected")).toBe("true");
    await axeClean(page);
    await person.leave();
  },
);
