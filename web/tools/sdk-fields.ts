// A Vite plugin: the SDK is published with a helper where its classes have fields, `_defineProperty(this, "name", value)`.
// An event has thirty of them, and an app that starts has tens of thousands of events. In place of the helper, which
// cannot know what it is given, stands what it does there: `this.name = value`.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Plugin, parseSync, Visitor } from "vite";

const LIB = join(import.meta.dirname, "../node_modules/matrix-js-sdk/lib");
const HELPER = "_defineProperty";

export function sdkFields(): Plugin {
  let kept: ReadonlySet<string> = new Set();
  let written = 0;
  return {
    name: "herold-sdk-fields",
    apply: "build",
    buildStart() {
      kept = accessors();
    },
    transform(code, id) {
      if (!id.replaceAll("\\", "/").includes("/matrix-js-sdk/lib/") || !code.includes(HELPER))
        return undefined;
      const edits = fieldsIn(id, code, kept);
      written += edits.length;
      return edits.length > 0 ? { code: edited(code, edits), map: null } : undefined;
    },
    buildEnd(error) {
      // Another version may be published in another way.
      if (!error && written === 0) this.error("no fields of the SDK were found");
    },
  };
}

/** A field in front of an accessor of the same name is another thing than giving that a value. */
function accessors(): Set<string> {
  const files = readdirSync(LIB, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".js"),
  );
  const names = files.flatMap((file) =>
    [...readFileSync(join(LIB, file), "utf8").matchAll(/^\s*(?:static )?[gs]et (\w+)\(/gm)].map(
      ([, name]) => name,
    ),
  );
  return new Set(names.filter((name) => name !== undefined));
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

function fieldsIn(file: string, code: string, kept: ReadonlySet<string>): Edit[] {
  const edits: Edit[] = [];
  new Visitor({
    ExpressionStatement({ expression: call }) {
      if (call.type !== "CallExpression" || call.callee.type !== "Identifier") return;
      const [of, name, value] = call.arguments;
      if (call.callee.name !== HELPER || of?.type !== "ThisExpression" || !value) return;
      if (name?.type !== "Literal" || typeof name.value !== "string" || kept.has(name.value)) return;
      edits.push({ from: call.start, to: value.start, text: `this[${JSON.stringify(name.value)}] = (` });
      edits.push({ from: value.end, to: call.end, text: ")" });
    },
  }).visit(parseSync(file, code).program);
  return edits;
}

function edited(code: string, edits: readonly Edit[]): string {
  const inOrder = [...edits].sort((left, right) => left.from - right.from);
  let at = 0;
  let text = "";
  for (const edit of inOrder) {
    text += code.slice(at, edit.from) + edit.text;
    at = edit.to;
  }
  return text + code.slice(at);
}
