// Code in the colours of its language: a chunk of its own, loaded with the first code that is shown.
import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import c from "highlight.js/lib/languages/c";
import cpp from "highlight.js/lib/languages/cpp";
import csharp from "highlight.js/lib/languages/csharp";
import css from "highlight.js/lib/languages/css";
import diff from "highlight.js/lib/languages/diff";
import go from "highlight.js/lib/languages/go";
import ini from "highlight.js/lib/languages/ini";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import kotlin from "highlight.js/lib/languages/kotlin";
import php from "highlight.js/lib/languages/php";
import python from "highlight.js/lib/languages/python";
import ruby from "highlight.js/lib/languages/ruby";
import rust from "highlight.js/lib/languages/rust";
import sql from "highlight.js/lib/languages/sql";
import swift from "highlight.js/lib/languages/swift";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";

const LANGUAGES = {
  bash,
  c,
  cpp,
  csharp,
  css,
  diff,
  go,
  ini,
  java,
  javascript,
  json,
  kotlin,
  php,
  python,
  ruby,
  rust,
  sql,
  swift,
  typescript,
  xml,
  yaml,
};
for (const [name, language] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, language);

/** What is longer stays plain: nobody reads it for its colours. */
const LENGTH_MAX = 20_000;

/** The same elements with their code in colours; `root` is changed. */
export function highlight(root: ParentNode): void {
  for (const code of root.querySelectorAll("pre > code")) {
    const text = code.textContent ?? "";
    const named = /language-([\w+-]+)/.exec(code.className)?.[1];
    if (text.length > LENGTH_MAX || !named || !hljs.getLanguage(named)) continue;
    // Everything it did not write itself is escaped.
    code.innerHTML = hljs.highlight(text, { language: named, ignoreIllegals: true }).value;
  }
}
