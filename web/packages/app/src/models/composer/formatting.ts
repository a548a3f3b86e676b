// What the buttons and shortcuts of formatting do to the text: pure, from a selection to a change.

export type Format =
  | "bold"
  | "italic"
  | "strike"
  | "code"
  | "spoiler"
  | "list"
  | "numbers"
  | "quote"
  | "link";

export interface Change {
  /** The part that is replaced. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** What is selected afterwards. */
  readonly select: readonly [start: number, end: number];
}

const AROUND: Partial<Record<Format, string>> = {
  bold: "**",
  italic: "_",
  strike: "~~",
  spoiler: "||",
  code: "`",
};

const BEFORE_LINES: Partial<Record<Format, { readonly has: RegExp; put(line: number): string }>> = {
  list: { has: /^[-*] /, put: () => "- " },
  numbers: { has: /^\d+[.)] /, put: (line) => `${line + 1}. ` },
  quote: { has: /^> ?/, put: () => "> " },
};

export function formatted(format: Format, text: string, start: number, end: number): Change {
  const before = BEFORE_LINES[format];
  if (before) return lines(before, text, start, end);
  if (format === "link") return link(text, start, end);
  const selected = text.slice(start, end);
  if (format === "code" && selected.includes("\n")) return block(text, start, end);
  return around(AROUND[format] ?? "", text, start, end);
}

/** Puts marks around the selection, or takes them away where they stand already. */
function around(mark: string, text: string, start: number, end: number): Change {
  const width = mark.length;
  if (text.slice(start - width, start) === mark && text.slice(end, end + width) === mark) {
    const inner = text.slice(start, end);
    return { start: start - width, end: end + width, text: inner, select: [start - width, end - width] };
  }
  const selected = text.slice(start, end);
  if (selected.length >= 2 * width && selected.startsWith(mark) && selected.endsWith(mark)) {
    const inner = selected.slice(width, -width);
    return { start, end, text: inner, select: [start, start + inner.length] };
  }
  // Marks that have a space inside are no marks.
  const [, lead = "", words = "", trail = ""] = /^(\s*)([\s\S]*?)(\s*)$/.exec(selected) ?? [];
  const from = start + lead.length + width;
  return {
    start,
    end,
    text: `${lead}${mark}${words}${mark}${trail}`,
    select: [from, from + words.length],
  };
}

function block(text: string, start: number, end: number): Change {
  const lead = start === 0 || text[start - 1] === "\n" ? "" : "\n";
  const trail = end === text.length || text[end] === "\n" ? "" : "\n";
  const selected = text.slice(start, end).replace(/\n$/, "");
  const from = start + lead.length + 4;
  return {
    start,
    end,
    text: `${lead}\`\`\`\n${selected}\n\`\`\`${trail}`,
    select: [from, from + selected.length],
  };
}

/** All lines that the selection touches. */
function lines(
  { has, put }: { readonly has: RegExp; put(line: number): string },
  text: string,
  start: number,
  end: number,
): Change {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const next = text.indexOf("\n", end);
  const to = next < 0 ? text.length : next;
  const touched = text.slice(from, to).split("\n");
  const all = touched.every((line) => has.test(line));
  const changed = touched
    .map((line, index) => (all ? line.replace(has, "") : `${put(index)}${line}`))
    .join("\n");
  const caret = from + changed.length;
  return {
    start: from,
    end: to,
    text: changed,
    select: touched.length > 1 ? [from, caret] : [caret, caret],
  };
}

function link(text: string, start: number, end: number): Change {
  const selected = text.slice(start, end);
  if (/^https?:\/\/\S+$/.test(selected))
    return { start, end, text: `[](${selected})`, select: [start + 1, start + 1] };
  const from = start + selected.length + 3;
  return { start, end, text: `[${selected}](https://)`, select: [from, from + "https://".length] };
}
