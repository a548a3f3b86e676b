// Draws the PNG icons from packages/app/public/icon.svg. Run by hand when the mark changes: node tools/icons.mjs
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const FOLDER = join(import.meta.dirname, "../packages/app/public");
const mark = readFileSync(join(FOLDER, "icon.svg"), "utf8");
// What systems cut into their own shapes is ground up to its edges, and the mark within the inner four fifths.
const whole = mark.replace(/ rx="\d+"/, "");
const safe = whole.replace(/(<g [^>]*transform=")/, "$1translate(56 56) scale(0.78) ");

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage();
for (const [name, svg, size] of [
  ["mark-192", mark, 192],
  ["mark-512", mark, 512],
  ["maskable-512", safe, 512],
  ["apple-touch-180", whole, 180],
  ["badge-96", mark.replace(/<rect[^>]*>/, "").replaceAll(/fill="#[0-9a-f]+"/g, 'fill="#fff"'), 96],
]) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>*{margin:0}svg{display:block;width:100vw;height:100vh}</style>${svg}`);
  await page.screenshot({ path: join(FOLDER, "icons", `${name}.png`), omitBackground: true });
}
await browser.close();
