// How fast the app is for somebody in 2,000 rooms, with 10,000 messages in one of them. What is told is for a commit.
import type { BrowserContext, Locator, Page } from "playwright-core";
import { test } from "vitest";

import { noteRecoveryKey, signIn } from "../harness/account.ts";
import { asPerson } from "../harness/api.ts";
import { beside } from "../harness/beside.ts";
import { openBrowser } from "../harness/browser.ts";
import { startHerold } from "../harness/herold.ts";
import { newPerson } from "../harness/person.ts";
import { said } from "../harness/said.ts";
import { type Drawn, framesOf, processorOf } from "./frames.ts";
import { answerWithMembers, LONG_ROOM, makeLargeAccount } from "./large-account.ts";

const ROOMS = Number(process.env.HEROLD_BENCH_ROOMS ?? 2_000);
const MESSAGES = Number(process.env.HEROLD_BENCH_MESSAGES ?? 10_000);
const MEMBERS = Number(process.env.HEROLD_BENCH_MEMBERS ?? 10_000);
const WARM_STARTS = 5;
const ARRIVALS = 20;
/** Faster than anybody reads, by 1,200 pixels with each tenth of a second. */
const SCROLL_STEP_PX = 200;
const PLAIN_LINES = 10_000;
const KEYS = 60;
/** How long the store may take to write all of it. */
const SAVING_MS = 5_000;

test("figures", async () => {
  const [browser, herold] = await Promise.all([
    openBrowser(),
    startHerold({
      HEROLD_RATE_LIMITS_ENABLED: "false",
      HEROLD_PASSWORDS_MEMORY_KIB: "64",
      HEROLD_PASSWORDS_PASSES: "1",
    }),
  ]);
  const figures: [string, string][] = [];
  const tell = (name: string, value: number, unit = "ms"): void => {
    figures.push([name, `${Math.round(value)} ${unit}`]);
    console.log(name.padEnd(44), `${Math.round(value)} ${unit}`);
  };
  const tellFrames = (name: string, { processorMs, ...frames }: Drawn): void => {
    tell(`${name}, on the processor for a frame`, processorMs);

    for (const [kind, { count, latePercent, longestMs }] of Object.entries(frames)) {
      tell(`${name}, ${kind} frames later than 16.7 ms`, latePercent, `% of ${count}`);
      tell(`${name}, longest between ${kind} frames`, longestMs);
    }
  };
  await makeLargeAccount(herold.url, ROOMS, MESSAGES);
  const { page, context } = await newPerson(browser, herold.url, { name: "figures" });
  await context.addInitScript(watchRows);

  const cold = Date.now();
  await signIn(page, "anna");
  await noteRecoveryKey(page);
  await page.getByRole("row").first().waitFor();
  tell(`cold start, ${ROOMS} rooms, with set-up`, Date.now() - cold);
  await page.evaluate(() => navigator.serviceWorker?.ready.then(() => undefined));

  // What was heard is written once somebody looks away.
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await page.waitForTimeout(SAVING_MS);
  const starts: number[] = [];
  for (let start = 0; start < WARM_STARTS; start += 1) {
    await page.reload({ waitUntil: "commit" });
    await page.getByRole("row").first().waitFor();
    starts.push(await page.evaluate(() => (globalThis as unknown as { firstRowMs: number }).firstRowMs));
  }
  tell("warm start to the list, median", median(starts));
  tell("memory of the page", await heapMib(page), "MiB");
  tell("a message that arrives, on the processor", await arrivals(page, herold.url));

  const rows = page.getByRole("row");
  const opened: number[] = [];
  for (const place of [1, 2, 3, 4, 5])
    opened.push(await untilDrawn(page, () => rows.nth(place).click(), "article"));
  tell("opening a room, median", median(opened));

  await page.getByRole("searchbox").fill(LONG_ROOM);
  await page.getByRole("row", { name: LONG_ROOM }).click();
  await messages(page).getByRole("article").first().waitFor();
  const entry = page.getByRole("textbox").last();
  await entry.click();
  const keys = await typing(page);
  tell("typing, median from key to frame", median(keys));
  tell("typing, slowest", Math.max(...keys));

  const messagesLog = messages(page);
  tellFrames(
    `${MESSAGES} messages as they come`,
    await framesOf(page, () => scrolled(messagesLog, -SCROLL_STEP_PX)),
  );
  tellFrames(`${MESSAGES} messages`, await framesOf(page, () => scrolled(messagesLog, SCROLL_STEP_PX)));
  tell("memory after it", await heapMib(page), "MiB");

  await answerWithMembers(context, MEMBERS);
  await page.getByRole("heading", { level: 1 }).getByRole("button").click();
  await beside(page, "panel.details").getByText(said("panel.members")).click();
  const list = beside(page, "panel.members").locator("[data-virtuoso-scroller]");
  await list.getByRole("button").nth(5).waitFor();
  tellFrames(`${MEMBERS} members`, await framesOf(page, () => scrolled(list, SCROLL_STEP_PX)));
  const plain = await plainLines(context);
  tellFrames(
    "as many plain lines",
    await framesOf(plain, () => scrolled(plain.locator("main"), SCROLL_STEP_PX)),
  );
  console.log(figures.map(([name, value]) => `${name}: ${value}`).join("; "));
  await context.close();
  await browser.close();
  await herold.stop();
});

/** Runs in the page before anything else: notes when the first conversation is listed. */
function watchRows(): void {
  const watcher = new MutationObserver(() => {
    if (!document.querySelector("[role=row]")) return;
    watcher.disconnect();
    requestAnimationFrame(() => Object.assign(globalThis, { firstRowMs: performance.now() }));
  });
  watcher.observe(document, { childList: true, subtree: true });
}

async function heapMib(page: Page): Promise<number> {
  const debug = await page.context().newCDPSession(page);
  await debug.send("HeapProfiler.collectGarbage");
  const { usedSize } = await debug.send("Runtime.getHeapUsage");
  await debug.detach();
  return usedSize / 2 ** 20;
}

/** The processor's time for one message in a room that is not open, with all that the page does besides. */
async function arrivals(page: Page, url: string): Promise<number> {
  const taken = await processorOf(page);
  const before = await taken();
  await asPerson(url, "bert", async (asBert) => {
    const { joined_rooms: rooms } = await asBert("GET", "/v3/joined_rooms");
    for (let index = 0; index < ARRIVALS; index += 1) {
      const content = { msgtype: "m.text", body: `Arrival ${index}.` };
      const room = encodeURIComponent(rooms[index]);
      await asBert("PUT", `/v3/rooms/${room}/send/m.room.message/arrival-${index}`, content);
      await page.getByRole("row").filter({ hasText: content.body }).waitFor();
    }
  });
  return ((await taken()) - before) / ARRIVALS;
}

/** From what somebody does to the next thing of this role that is drawn. */
async function untilDrawn(page: Page, act: () => Promise<void>, selector: string): Promise<number> {
  const drawn = page.evaluate(
    (wanted) =>
      new Promise<number>((done) => {
        addEventListener(
          "pointerup",
          () => {
            const from = performance.now();
            const before = document.querySelector(wanted);
            const look = (): void => {
              const now = document.querySelector(wanted);
              if (now && now !== before) done(performance.now() - from);
              else requestAnimationFrame(look);
            };
            requestAnimationFrame(look);
          },
          { once: true, capture: true },
        );
      }),
    selector,
  );
  await act();
  return drawn;
}

async function typing(page: Page): Promise<number[]> {
  await page.evaluate(() => {
    const taken: number[] = [];
    Object.assign(globalThis, { taken });
    addEventListener("keydown", (event) =>
      requestAnimationFrame(() => taken.push(performance.now() - event.timeStamp)),
    );
  });
  for (let key = 0; key < KEYS; key += 1) await page.keyboard.press(key % 6 ? "a" : " ");
  return page.evaluate(() => (globalThis as unknown as { taken: number[] }).taken);
}

/** A page without any script, to compare with: what the browser itself makes late on this machine. */
async function plainLines(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  const line = `<p>${"A line that is about as long as a message. ".repeat(2)}</p>`;
  await page.setContent(
    `<main style="block-size: 100vh; overflow-y: scroll; margin: 0">${line.repeat(PLAIN_LINES)}</main>`,
  );
  return page;
}

/** Scrolls to the end of a list, until it has not gone on for a while: what is older may have to come first. */
function scrolled(list: Locator, stepPx: number): Promise<void> {
  return list.evaluate(
    (element, step) =>
      new Promise<void>((done) => {
        let moved = performance.now();
        let last = "";
        const go = (now: number): void => {
          element.scrollTop += step;
          const here = `${element.scrollTop} ${element.scrollHeight} ${element.firstElementChild?.textContent?.slice(0, 40)}`;
          if (here !== last) moved = now;
          last = here;
          if (now - moved > 3_000) done();
          else requestAnimationFrame(go);
        };
        requestAnimationFrame(go);
      }),
    stepPx,
  );
}

const messages = (page: Page) => page.getByRole("log", { name: said("conversation.messages") });

function median(values: number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}
