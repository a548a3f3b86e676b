// Favourites stand where they are put, with the mouse too.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { register } from "../harness/account.ts";
import { asPerson, userId } from "../harness/api.ts";
import { newPerson } from "../harness/person.ts";
import { roomOf } from "../harness/rooms.ts";
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
    await person.leave();
  },
);
