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

/** What is drawn while something is done. */
export async function framesOf(
  page: Page,
  act: () => Promise<unknown>,
): Promise<{ drawn: Frames; main: Frames }> {
  const debug = await page.context().newCDPSession(page);
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
  await act();
  await traced(debug);
  await debug.detach();
  return { drawn: between(events, "DrawFrame"), main: between(events, "BeginMainThreadFrame") };
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
