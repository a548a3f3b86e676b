// Frames as the browser drew them, from its own trace. Without a graphics card it draws on the processor, which the page
// needs too: a frame comes later here than on any telephone, so that a good figure is a good one everywhere, and a bad one
// is to be looked at. Main frames are those in which the page itself did something.
import type { CDPSession, Page } from "playwright-core";

export interface Frames {
  readonly count: number;
  /** Of those between which more than a sixtieth of a second passed. */
  readonly latePercent: number;
  readonly longestMs: number;
}

/** A sixtieth of a second, and what clocks may differ by. */
const FRAME_MS = 16.7;
const TOLERANCE_MS = 1;

interface TraceEvent {
  readonly name: string;
  readonly ts: number;
}

export interface Drawn {
  readonly drawn: Frames;
  readonly main: Frames;
  /** What the page's own thread takes of the processor for a frame: the same on a busy machine. */
  readonly processorMs: number;
}

/** What the page's own thread took of the processor so far. */
export async function processorOf(page: Page): Promise<() => Promise<number>> {
  const debug = await page.context().newCDPSession(page);
  await debug.send("Performance.enable", { timeDomain: "threadTicks" });
  return async () => {
    const { metrics } = await debug.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0) * 1_000;
  };
}

/** What is drawn while something is done. */
export async function framesOf(page: Page, act: () => Promise<unknown>): Promise<Drawn> {
  const debug = await page.context().newCDPSession(page);
  const processor = await processorOf(page);
  const events: TraceEvent[] = [];
  debug.on("Tracing.dataCollected", ({ value }) => {
    for (const event of value as unknown as TraceEvent[]) events.push(event);
  });
  await debug.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: {
      includedCategories: ["devtools.timeline.frame", "disabled-by-default-devtools.timeline.frame"],
      excludedCategories: ["*"],
    },
  });
  const before = await processor();
  await act();
  const taken = (await processor()) - before;
  await traced(debug);
  await debug.detach();
  const main = between(events, "BeginMainThreadFrame");
  return { drawn: between(events, "DrawFrame"), main, processorMs: taken / Math.max(1, main.count) };
}

async function traced(debug: CDPSession): Promise<void> {
  const complete = new Promise((resolve) => debug.once("Tracing.tracingComplete", resolve));
  await debug.send("Tracing.end");
  await complete;
}

function between(events: readonly TraceEvent[], name: string): Frames {
  const times = events.filter((event) => event.name === name).map(({ ts }) => ts / 1_000);
  times.sort((left, right) => left - right);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  const late = gaps.filter((gap) => gap > FRAME_MS + TOLERANCE_MS).length;
  return {
    count: gaps.length,
    latePercent: (100 * late) / Math.max(1, gaps.length),
    longestMs: Math.max(0, ...gaps),
  };
}
