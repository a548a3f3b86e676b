// What is seen: by axe, and by people who look at the pictures.
import { join } from "node:path";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";

import { SCREENSHOTS } from "./folders.ts";

/** WCAG 2.1 AA, and what axe's makers found to matter besides. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];

/** Nothing serious or critical may keep anybody from using the page as it is now. */
export async function axeClean(page: Page): Promise<void> {
  // The debugger may run what the page's policy forbids to the page.
  const debug = await page.context().newCDPSession(page);
  const run = `${axe.source}; axe.run(document, { runOnly: ${JSON.stringify(RULES)}, resultTypes: ["violations"] })
    .then((results) => JSON.stringify(results.violations))`;
  const { result, exceptionDetails } = await debug.send("Runtime.evaluate", {
    expression: run,
    awaitPromise: true,
    returnByValue: true,
  });
  await debug.detach();
  if (exceptionDetails) throw new Error(`axe failed: ${exceptionDetails.exception?.description}`);
  const violations = JSON.parse(result.value) as axe.Result[];
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  const told = serious.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`),
  );
  expect(told, "axe").toEqual([]);
}

/** No text or control may be wider than the page, nor be cut by its edge. */
export async function fitsInWidth(page: Page): Promise<void> {
  const { content, window, cut } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const all = [...document.querySelectorAll("button, input, textarea, a, h1, h2, h3, p")];
    const crossing = all.filter((element) => {
      const { left, right } = element.getBoundingClientRect();
      return element.checkVisibility() && left < clientWidth && right > clientWidth + 1;
    });
    return { content: scrollWidth, window: clientWidth, cut: crossing.map((element) => element.outerHTML) };
  });
  expect(content, "width of the content").toBeLessThanOrEqual(window);
  expect(cut, "cut by the edge").toEqual([]);
}

/** A picture of the page for people: `sign-in-de-dark.png`. */
export async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}
