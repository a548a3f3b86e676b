// How large the built app is: `npm run sizes` after `npm run build`. What index.html needs before anything can be seen
// has a bound, and so has what somebody who is signed in needs; it fails above them.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const APP = join(import.meta.dirname, "../dist/app");
const FIRST_KIB_MAX = 155;
/** Without the encryption's WebAssembly and what loads it. */
const SESSION_KIB_MAX = 510;
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

/** With everything that these cannot do without. */
function whole(names) {
  const found = new Set(names);
  for (const name of found) {
    if (!/\.(html|js)$/.test(name) || /crypto-wasm/.test(name)) continue;
    for (const needed of needs(name)) if (!/crypto-wasm/.test(needed)) found.add(needed);
  }
  return found;
}

/** What a script asks for later. */
function asksFor(name) {
  const text = readFileSync(join(APP, name), "utf8");
  return [...text.matchAll(/import\(["'`]\.\/([^"'`]+)["'`]\)/g)].map(([, found]) => `assets/${found}`);
}

const first = whole(["index.html"]);
// One language is asked for at once; the largest counts.
const isLanguage = (name) => LANGUAGES.some((tag) => name.startsWith(`assets/${tag}-`));
const language = files.find(({ name }) => isLanguage(name));
if (language) first.add(language.name);
// The page asks for the engine and for what is shown to whoever is signed in, and the engine for the encryption.
const page = [...first].filter((name) => /\/index-[^/]*\.js$/.test(name));
const asked = page.flatMap(asksFor).filter((name) => !isLanguage(name));
const encryption = files.map(({ name }) => name).filter((name) => /\/rust-crypto-[^/]*\.js$/.test(name));
const session = whole([...first, ...asked, ...encryption]);

const kib = (bytes) => (bytes / 1024).toFixed(1).padStart(9);
console.log("      KiB     gzip   brotli  (* at first, + signed in)");
for (const { name, bytes, gzip, brotli } of files) {
  console.log(
    `${kib(bytes)}${kib(gzip)}${kib(brotli)}  ${first.has(name) ? "* " : session.has(name) ? "+ " : "  "}${name}`,
  );
}
function bounded(what, names, kibMax) {
  const sum = (form) => [...names].reduce((total, name) => total + (byName.get(name)?.[form] ?? 0), 0);
  console.log(`${kib(sum("bytes"))}${kib(sum("gzip"))}${kib(sum("brotli"))}  ${what}, of ${kibMax} KiB gzip`);
  if (sum("gzip") <= kibMax * 1024) return;
  console.error("More is needed than may be: load it when it is asked for.");
  process.exitCode = 1;
}
bounded("at first", first, FIRST_KIB_MAX);
bounded("signed in", session, SESSION_KIB_MAX);
