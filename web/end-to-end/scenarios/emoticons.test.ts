// Pictures of packs among the words of a message, written by whatever app, and what else such words may hold.
import type { Locator } from "playwright-core";
import { expect, test } from "vitest";

import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { otherApp } from "../harness/other-app.ts";
import { packImages, putPack } from "../harness/packs.ts";
import { type Person, PHONE } from "../harness/person.ts";
import { pictureFile } from "../harness/pictures.ts";
import { sayIn } from "../harness/rooms.ts";
import { said } from "../harness/said.ts";
import { herold, stage } from "../harness/stage.ts";
import { field, message, sent, write } from "../harness/talking.ts";
import { twoInRoom } from "../harness/two.ts";

let anna: Person;
let bert: Person;
let roomId: string;
let cat: string;

stage();

async function written(html: string, body: string): Promise<Locator> {
  const format = "org.matrix.custom.html";
  await sayIn(herold.url, "anna", roomId, [{ msgtype: "m.text", body, format, formatted_body: html }]);
  const words = message(bert.page, body.split(" ")[0] ?? "");
  await words.waitFor();
  return words;
}

const emoticon = (attributes: string): string => `<img data-mx-emoticon ${attributes} height="32" />`;

test("a picture of a pack stands among the words, and no other picture does", async () => {
  [anna, bert, roomId] = await twoInRoom(
    { name: "anna", locale: "de-DE" },
    { name: "bert", locale: "en-GB", viewport: PHONE },
    { encrypted: false },
  );
  const { buffer } = await pictureFile(anna.page, {
    name: "cat.png",
    colour: "#c47",
    width: 256,
    height: 128,
  });
  cat = await (await otherApp(herold.url, "anna")).upload(buffer, "image/png");
  const pictures = [
    emoticon(`src="${cat}" alt="a &quot;waving&quot; cat" title="cat_wave"`),
    emoticon(`src="${cat}" title="no_words"`),
    emoticon('src="https://example.org/counted.png" alt="counted"'),
    emoticon('alt="nowhere"'),
    emoticon('src="mxc://../config" alt="another place of the server"'),
    `<img src="${cat}" alt="large" />`,
    `<span data-emoticon="${cat}" title="not said">words</span>`,
  ];
  const words = await written(`Hello ${pictures.join(" and ")}`, "Hello cats");
  const shown = words.locator("img");
  await expect
    .poll(() => shown.evaluateAll((all) => all.map((one) => (one as HTMLImageElement).naturalWidth > 0)))
    .toEqual([true, true]);
  const said = await shown.evaluateAll((all) =>
    all.map((one) => [one.getAttribute("alt"), one.getAttribute("title")]),
  );
  expect(said).toEqual([
    ['a "waving" cat', "cat_wave"],
    ["no_words", "no_words"],
  ]);
  expect(await words.locator("span[title], span[data-emoticon]").count()).toBe(0);
  await axeClean(bert.page);
  await fitsInWidth(bert.page);
});

test("pictures and emoji alone are larger", async () => {
  const picture = emoticon(`src="${cat}" alt="a > b" title="cat"`);
  await written(`Beside ${picture.replace("a > b", "beside")}`, "Beside it");
  await sayIn(herold.url, "anna", roomId, [
    {
      msgtype: "m.text",
      body: ":cat:",
      format: "org.matrix.custom.html",
      formatted_body: `${picture} 👋 ${picture}`,
    },
  ]);
  const alone = bert.page
    .getByRole("log")
    .getByRole("article")
    .last()
    .getByRole("img", { name: "a > b" })
    .first();
  await alone.waitFor();
  const heights = await Promise.all(
    [message(bert.page, "Beside").locator("img"), alone].map((one) =>
      one.evaluate((img) => img.clientHeight),
    ),
  );
  expect(heights[1]).toBeGreaterThan((heights[0] ?? 0) * 1.5);
});

test("covered words with a reason are covered, and lists begin where they were said to", async () => {
  const html =
    'Film: <span data-mx-spoiler="the end">it was the gardener</span><ol start="3"><li>third</li></ol>';
  const words = await written(html, "Film ends");
  await words.getByRole("button", { name: "the end. Covered words: show them" }).waitFor();
  expect(await words.locator("ol").getAttribute("start")).toBe("3");
  await axeClean(bert.page);
  await screenshot(bert.page, "emoticons-320");
});

test("what is covered stays so whatever else is said of it", async () => {
  const html = `Twist: <span data-mx-spoiler aria-label="seen" aria-hidden="true">${emoticon(`src="${cat}" alt="the butler"`)} did it</span>`;
  const words = await written(html, "Twist ends");
  const covered = words.getByRole("button", { name: "Covered words: show them" });
  await covered.waitFor();
  expect(await covered.getByText("did it").isVisible()).toBe(false);
  await covered.click();
  await words.getByText("did it").waitFor();
});

test("styles that somebody wrote are left out without a complaint of the browser", async () => {
  const html =
    'Styled <b style="color: red">red</b> <a href="https://example.org/?a style=b" title=x\nSTYLE=\'left: 0\'>link</a> style="said"';
  const words = await written(html, "Styled words");
  await words.getByText('style="said"').waitFor();
  expect(await words.locator("a").getAttribute("href")).toBe("https://example.org/?a style=b");
  expect(await words.locator("[style], [data-style]").count()).toBe(0);
});

test("a message full of pictures asks for some of them", async () => {
  const asked = new Set<string>();
  bert.page.on("request", (request) => {
    const [, id] = /\/thumbnail\/[^/]+\/(full\d+)/.exec(request.url()) ?? [];
    if (id) asked.add(id);
  });
  const host = /mxc:\/\/([^/]+)/.exec(cat)?.[1];
  const full = Array.from({ length: 150 }, (_, at) => emoticon(`src="mxc://${host}/full${at}" alt="${at}"`));
  await written(`Full ${full.join("")}`, "Full of them");
  await expect.poll(() => asked.size).toBe(100);
  // The next message has its own, and comes after them.
  const next = await written(`Next ${emoticon(`src="${cat}" alt="one more"`)}`, "Next one");
  await expect
    .poll(() => next.locator("img").evaluate((one: HTMLImageElement) => one.naturalWidth > 0))
    .toBe(true);
  expect(asked.size).toBe(100);
});

test("who writes finds them behind a colon, and an edit keeps them", async () => {
  const images = await packImages(herold.url, "anna", anna.page, [["heart_own", "💚", "Unser Herz"]]);
  await putPack(herold.url, "anna", roomId, { key: "own", pack: { display_name: "Eigene" }, images });
  const { page } = anna;
  const suggestion = page.getByRole("option", { name: ":heart_own:" });
  // The pack is known as soon as the server has told of it.
  await expect
    .poll(async () => {
      await field(page).fill("");
      await field(page).pressSequentially("Mit :heart");
      return suggestion.isVisible();
    })
    .toBe(true);
  await suggestion.locator("img").waitFor();
  await axeClean(page);
  await screenshot(page, "emoticon-suggested-1280");
  await page.keyboard.press("Enter");
  await expect.poll(() => field(page).inputValue()).toBe("Mit :heart_own: ");
  await page.keyboard.press("Enter");
  await sent(page, "Mit");
  const heart = message(bert.page, "Mit").getByRole("img", { name: "Unser Herz" });
  await heart.waitFor();
  await page.keyboard.press("ArrowUp");
  await write(page, "Mit :heart_own: und Verstand", "und Verstand");
  await message(bert.page, "und Verstand").getByText(said("message.edited")).waitFor();
  await message(bert.page, "und Verstand").getByRole("img", { name: "Unser Herz" }).waitFor();
});

test("nothing of it went wrong", async () => {
  await anna.leave();
  await bert.leave();
});
