// How large the built app is: `npm run sizes` after `npm run build`. What index.html needs before anything can be seen
// has a bound; it fails above it.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const APP = join(import.meta.dirname, "../dist/app");
const FIRST_KIB_MAX = 350;
const LANGUAGES = readdirSync(join(import.meta.dirname, "../packages/app/languages"));

const size = (file) => statSync(join(APP, file), { throwIfNoEntry: false })?.size;
const files = readdirSync(APP, { recursive: true })
  .filter((file) => /\.(html|js|css|wasm|svg|json)$/.test(file))
  .map((name) => {
    const bytes = size(name);
    // What is too small to be compressed when it is built would travel as it is.
    return { name, bytes, gzip: size(`${name}.gz`) ?? bytes, brotli: size(`${name}.br`) ?? bytes };
  })
  .sort((a, b) => b.gzip - a.gzip);
const byName = new Map(files.map((file) => [file.name, file]));

/** What a file cannot do without: scripts and styles of the page, static imports of a script. */
function needs(name) {
  const text = readFileSync(join(APP, name), "utf8");
  const pattern = name.endsWith(".html")
    ? /<(?:script|link rel="(?:modulepreload|stylesheet)")[^>]* (?:src|href)="\/([^"]+)"/g
    : /(?:^|[;}\s])import(?:[\w$*{},\s]+from)?\s*["'`]\.\/([^"'`]+)["'`]/g;
  return [...text.matchAll(pattern)].map(([, found]) => (name.endsWith(".html") ? found : `assets/${found}`));
}

const first = new Set(["index.html"]);
for (const name of first) if (/\.(html|js)$/.test(name)) for (const needed of needs(name)) first.add(needed);
// One language is asked for at once; the largest counts.
const language = files.find(({ name }) => LANGUAGES.some((tag) => name.startsWith(`assets/${tag}-`)));
if (language) first.add(language.name);

const kib = (bytes) => (bytes / 1024).toFixed(1).padStart(9);
console.log("      KiB     gzip   brotli  (* at first)");
for (const { name, bytes, gzip, brotli } of files) {
  console.log(`${kib(bytes)}${kib(gzip)}${kib(brotli)}  ${first.has(name) ? "* " : "  "}${name}`);
}
const sum = (form) => [...first].reduce((total, name) => total + (byName.get(name)?.[form] ?? 0), 0);
console.log(
  `${kib(sum("bytes"))}${kib(sum("gzip"))}${kib(sum("brotli"))}  at first, of ${FIRST_KIB_MAX} KiB gzip`,
);
if (sum("gzip") > FIRST_KIB_MAX * 1024) {
  console.error("More is needed at first than may be: load it when it is asked for.");
  process.exit(1);
}
