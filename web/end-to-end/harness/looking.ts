// What is seen: by axe, and by people who look at the pictures.
import { existsSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";

import { SCREENSHOTS, SCREENSHOTS_RENEWED } from "./folders.ts";
import { isSaid } from "./said.ts";

/** WCAG 2.1 AA, and what axe's makers found to matter besides. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];

/** Nothing may keep anybody from using the page as it is now, or from finding their way in it by what they hear. */
export async function axeClean(page: Page): Promise<void> {
  // The debugger may run what the page's policy forbids to the page.
  const debug = await page.context().newCDPSession(page);
  const run = `${axe.source}; axe.run(document, { runOnly: ${JSON.stringify(RULES)}, resultTypes: ["violations"] })
    .then(${told})`;
  const { result, exceptionDetails } = await debug.send("Runtime.evaluate", {
    expression: run,
    awaitPromise: true,
    returnByValue: true,
  });
  await debug.detach();
  if (exceptionDetails) throw new Error(`axe failed: ${exceptionDetails.exception?.description}`);
  expect(result.value, "axe").toEqual([]);
}

/** Runs in the page: what is wrong with it, without what is right in a way that axe does not know. */
function told({ violations }: axe.AxeResults): string[] {
  const walked = document.activeElement?.getAttribute("aria-controls");
  const isHint = (element: Element): boolean =>
    element.matches("[role=tooltip]") ||
    (element.childElementCount > 0 && [...element.children].every(isHint));
  const isHidden = (selector: string): boolean =>
    !!document.querySelector(selector)?.closest("[aria-hidden=true], [inert]");
  const isRight = (rule: string, { target }: axe.NodeResult): boolean => {
    const element = document.querySelector(String(target[0]));
    // The arrow keys of the field that has the focus walk through the list below it, and scroll it.
    if (rule === "scrollable-region-focusable")
      return (
        !!walked &&
        !!element &&
        (element.id === walked || element.querySelector(`#${CSS.escape(walked)}`) !== null)
      );
    // Below a dialog they are there and hidden, and axe does not know every dialog for one.
    if (rule === "landmark-one-main") return isHidden("main, [role=main]");
    if (rule === "page-has-heading-one") return isHidden("h1");
    // A hint belongs to the control that it stands beside, wherever it is drawn.
    return rule === "region" && !!element && isHint(element);
  };
  return violations.flatMap(({ id, nodes }) =>
    nodes
      .filter((node) => !isRight(id, node))
      .map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
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

/** What the app says is there to its last letter; what people wrote may end with dots. */
export async function nothingCut(page: Page): Promise<void> {
  const cut = await page.evaluate(() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = new Set<string>();
    while (texts.nextNode()) {
      const words = texts.currentNode.textContent?.trim() ?? "";
      const element = texts.currentNode.parentElement;
      if (words === "" || !element?.checkVisibility()) continue;
      const range = document.createRange();
      range.selectNodeContents(texts.currentNode);
      const { left, right, width } = range.getBoundingClientRect();
      for (let box: Element | null = element; box; box = box.parentElement) {
        const { overflowX, clipPath } = getComputedStyle(box);
        // What is said to those who listen only, and what can be scrolled into sight.
        if (clipPath !== "none" || overflowX === "auto" || overflowX === "scroll") break;
        const edge = box.getBoundingClientRect();
        const crosses = left < edge.left - 1 || right > edge.right + 1;
        if (overflowX !== "visible" && width > 1 && crosses) found.add(words);
      }
    }
    return [...found];
  });
  expect(cut.filter(isSaid), "cut short").toEqual([]);
}

/** A picture of the page for people: `sign-in-de-dark-320.png`. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const path = join(SCREENSHOTS, `${name}.png`);
  if (!SCREENSHOTS_RENEWED || existsSync(path)) await page.screenshot({ path });
}
