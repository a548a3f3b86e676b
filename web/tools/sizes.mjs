// How large the built app is: `npm run sizes` after `npm run build`. Three things have a bound, and it fails above them:
// what somebody needs who is to sign in; what somebody who is signed in loads without doing anything, up to
// the list of rooms that lives, with its workers and styles; and that with a conversation.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const APP = join(import.meta.dirname, "../dist/app");
const SIGN_IN_KIB_MAX = 157;
/** Without the encryption's WebAssembly and what loads it. */
const SESSION_KIB_MAX = 350;
const CONVERSATION_KIB_MAX = 470;
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

/** What a script asks for later, each with its styles. */
function asksFor(name) {
  const text = readFileSync(join(APP, name), "utf8");
  const files = JSON.parse(/m\.f=(\[[^\]]*\])/.exec(text)?.[1] ?? "[]");
  // Where it is waited for, it is unpacked before its styles are named.
  const asked =
    /import\(["'`]\.\/([^"'`]+)["'`]\)((?:;return\{[^}]*\}|[^;])*?__vite__mapDeps\(\[([\d,]*)\]\))?/g;
  return [...text.matchAll(asked)].map(([, found, , places = ""]) => {
    const needed = places.split(",").map((place) => files[Number(place)] ?? "");
    return [`assets/${found}`, ...needed.filter((file) => file.endsWith(".css"))];
  });
}

/** Workers that a script starts. */
function workersOf(name) {
  if (!name.endsWith(".js")) return [];
  const text = readFileSync(join(APP, name), "utf8");
  return [...text.matchAll(/new Worker\(new URL\(["'`]\/([^"'`]+)["'`]/g)].map(([, found]) => found);
}

const page = whole(["index.html"]);
// One language is asked for at once; the largest counts.
const isLanguage = (name) => LANGUAGES.some((tag) => name.startsWith(`assets/${tag}-`));
const language = files.find(({ name }) => isLanguage(name));
if (language) page.add(language.name);
const named = (pattern) => files.map(({ name }) => name).filter((name) => pattern.test(name));
// The page asks for the engine and for what is shown to whoever is signed in, or is not; the engine for the encryption.
const entries = [...page].filter((name) => /\/index-[^/]*\.js$/.test(name));
const asked = entries.flatMap(asksFor).filter(([name]) => !isLanguage(name));
const signIn = asked.filter(([name]) => /\/sign-in\.view-/.test(name));
if (signIn.length !== 1) throw new Error("which part of the app signs people in?");
const first = whole([...page, ...signIn.flat()]);
const others = asked.filter((one) => !signIn.includes(one));
const session = whole([...page, ...others.flat(), ...named(/\/rust-crypto-[^/]*\.js$/)]);
for (const name of [...session]) for (const worker of workersOf(name)) session.add(worker);
// What is in the middle comes when somebody turns to the list, or came for a room.
const shell = named(/\/session\.view-[^/]*\.js$/);
const middle = shell.flatMap(asksFor).filter(([name]) => /\/room-place\./.test(name));
const conversation = whole([...session, ...middle.flat(), ...named(/\/markdown-[^/]*\.js$/)]);
if (middle.length !== 1) throw new Error("which part of the app shows a conversation?");

function mark(name) {
  if (page.has(name)) return "* ";
  if (session.has(name)) return "+ ";
  if (first.has(name)) return "- ";
  return conversation.has(name) ? ". " : "  ";
}

const kib = (bytes) => (bytes / 1024).toFixed(1).padStart(9);
console.log("      KiB     gzip   brotli  (* for everybody, - to sign in, + signed in, . in a conversation)");
for (const { name, bytes, gzip, brotli } of files) {
  console.log(`${kib(bytes)}${kib(gzip)}${kib(brotli)}  ${mark(name)}${name}`);
}
function bounded(what, names, kibMax) {
  const sum = (form) => [...names].reduce((total, name) => total + (byName.get(name)?.[form] ?? 0), 0);
  console.log(`${kib(sum("bytes"))}${kib(sum("gzip"))}${kib(sum("brotli"))}  ${what}, of ${kibMax} KiB gzip`);
  if (sum("gzip") <= kibMax * 1024) return;
  console.error("More is needed than may be: load it when it is asked for.");
  process.exitCode = 1;
}
bounded("to sign in", first, SIGN_IN_KIB_MAX);
bounded("signed in", session, SESSION_KIB_MAX);
bounded("in a conversation", conversation, CONVERSATION_KIB_MAX);
