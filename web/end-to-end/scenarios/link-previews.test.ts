// What a link leads to: looked up by the server where it may know the link, and in an encrypted conversation only when
// somebody wants it.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { register } from "../harness/account.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { painted } from "../harness/painting.ts";
import { newPerson, PHONE } from "../harness/person.ts";
import { roomOf, sayIn } from "../harness/rooms.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";
import { field, message, open } from "../harness/talking.ts";
import { twoInRoom } from "../harness/two.ts";

stage({
  HEROLD_URL_PREVIEWS_ENABLED: "true",
  HEROLD_URL_PREVIEWS_ALLOWED_NETWORKS: "127.0.0.0/8",
});

const PAGE = `<!doctype html><html lang="de"><head><title>Hochwasser am Oberlauf</title>
<meta property="og:site_name" content="Landesamt">
<meta property="og:title" content="Hochwasser am Oberlauf">
<meta property="og:description" content="Die Pegel steigen langsamer als gestern.">
<meta property="og:image" content="/pegel.png"></head><body></body></html>`;

let site: Server;
let link: string;
/** Pages that were asked for. */
let asked: string[] = [];

beforeAll(async () => {
  const picture = painted(320, 200, [90, 150, 210], [250, 230, 200]);
  site = createServer((request, answer) => {
    asked.push(request.url ?? "");
    if (request.url === "/pegel.png") answer.writeHead(200, { "content-type": "image/png" }).end(picture);
    else if (request.url === "/lage")
      answer.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(PAGE);
    else answer.writeHead(404).end();
  });
  await new Promise<void>((listening) => site.listen(0, "127.0.0.1", listening));
  link = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
});

beforeEach(() => {
  asked = [];
});

afterAll(() => site.close());

test("a link shows what it leads to, fetched by the server and not by the reader", async () => {
  const anna = await newPerson(browser, herold.url, { name: "anna", locale: "de-DE" });
  const bert = await newPerson(browser, herold.url, {
    name: "bert",
    viewport: PHONE,
    colorScheme: "dark",
  });
  await Promise.all([register(anna.page, "anna"), register(bert.page, "bert")]);
  const room = await roomOf(herold.url, ["anna", "bert"], { name: "Lage" });
  await sayIn(herold.url, "anna", room, [{ msgtype: "m.text", body: `Bitte lesen: ${link}/lage` }]);
  for (const { page } of [anna, bert]) {
    await open(page, "Lage");
    const preview = message(page, "Bitte lesen").getByRole("link", { name: /Hochwasser am Oberlauf/ });
    await preview.getByText("Die Pegel steigen langsamer als gestern.").waitFor();
    await expect
      .poll(() => preview.locator("img").evaluate((image: HTMLImageElement) => image.naturalWidth))
      .toBeGreaterThan(0);
    expect(await preview.getAttribute("href")).toBe(`${link}/lage`);
    await axeClean(page);
  }
  await fitsInWidth(bert.page);
  await screenshot(bert.page, "link-preview-320-dark");
  // Both saw it, and the page was called once.
  expect(asked.filter((path) => path === "/lage")).toHaveLength(1);

  // What leads nowhere says nothing.
  await sayIn(herold.url, "anna", room, [{ msgtype: "m.text", body: `Oder das: ${link}/nowhere` }]);
  await message(anna.page, "Oder das").waitFor();
  await expect.poll(() => asked).toContain("/nowhere");
  expect(await message(anna.page, "Oder das").getByRole("link").count()).toBe(1);
  await anna.leave();
  await bert.leave();
});

test("in an encrypted conversation the server learns of a link only from whoever wants to see it", async () => {
  const [carla, dora] = await twoInRoom({ name: "carla" }, { name: "dora", locale: "de-DE" });
  await field(carla.page).fill(`Read this: ${link}/lage`);
  await field(carla.page).press("Enter");
  const show = message(dora.page, "Read this").getByRole("button", { name: said("message.show-preview") });
  await show.waitFor();
  expect(asked).toEqual([]);
  await axeClean(dora.page);
  await show.click();
  await message(dora.page, "Read this").getByText("Die Pegel steigen langsamer als gestern.").waitFor();
  expect(await message(carla.page, "Read this").getByText("Die Pegel").count()).toBe(0);
  await carla.leave();
  await dora.leave();
});
