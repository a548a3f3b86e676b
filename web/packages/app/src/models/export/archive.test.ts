import type { Content, HistoryEvent, Media, Period } from "@herold/engine";
import { expect, test } from "vitest";

import type { Say, Texts } from "../../texts/texts.ts";
import { Archive, type ArchiveOptions, type Counts } from "./archive.ts";

const say: Say = (key, values = {}) => [key, ...Object.values(values)].join(" ");
const texts: Texts = { language: "en", locale: "en-GB", say };
const anna = { userId: "@anna:x", name: "Anna <b>", avatar: undefined };

function event(id: string, content: Content | undefined, more: Partial<HistoryEvent> = {}): HistoryEvent {
  return {
    eventId: `$${id}`,
    sender: anna,
    mine: false,
    atMs: Date.UTC(2026, 0, 1, 12) + Number(id),
    content,
    edited: false,
    replyTo: undefined,
    thread: undefined,
    reaction: undefined,
    json: { event_id: `$${id}` },
    ...more,
  };
}

const words = (plain: string, html?: string): Content => ({ kind: "text", words: { plain, html } });
const file = (name: string, address = "mxc://x/ok"): Content => ({
  kind: "file",
  name,
  size: 3,
  source: { address, mimeType: undefined },
  caption: undefined,
});

async function archived(pages: readonly (readonly HistoryEvent[])[], more: Partial<ArchiveOptions> = {}) {
  const asked: Period[] = [];
  const media: Pick<Media, "download"> = {
    download: async ({ address }) => {
      if (address !== "mxc://x/ok") throw new Error("gone");
      return new Blob(["abc"]);
    },
  };
  const archive = new Archive({
    room: {
      async *history(period) {
        asked.push(period);
        yield* pages;
      },
    },
    media,
    period: {},
    withFiles: true,
    madeBy: "Ben",
    madeAtMs: Date.UTC(2026, 1, 1),
    title: "Lobby & Hof",
    texts,
    clean: (html) => `clean(${html})`,
    signal: new AbortController().signal,
    progress: () => undefined,
    ...more,
  });
  const entries = new Map<string, string | Blob>();
  for await (const { name, input } of archive.entries()) entries.set(name, input);
  return { entries, counts: archive.counts, page: (name: string) => String(entries.get(name)) };
}

test("words are escaped or cleaned, and stand with whose they are", async () => {
  const { page } = await archived([
    [event("1", words("<script>alert(1)</script>")), event("2", words("b", "<strong>b</strong>"))],
  ]);
  const html = page("messages-0001.html");
  expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(html).toContain("<div>clean(<strong>b</strong>)</div>");
  expect(html).toContain("<strong>Anna &lt;b&gt;</strong>");
  expect(html).not.toContain("<script");
  expect(html).toContain(`default-src 'none'`);
  expect(page("index.html")).toContain("Lobby &amp; Hof");
});

test("files are in it once each; what could not be loaded or is left out is said", async () => {
  const all = [
    [event("1", file("a/../b.txt")), event("2", file("b.txt")), event("3", file("c", "mxc://x/gone"))],
  ];
  const { entries, counts, page } = await archived(all);
  expect([...entries.keys()]).toEqual([
    "files/0001-a_.._b.txt",
    "files/0002-b.txt",
    "messages-0001.html",
    "messages-0001.json",
    "index.html",
  ]);
  expect(counts).toEqual({ messages: 3, files: 2, unreadable: 0, missing: 1 } satisfies Counts);
  expect(page("messages-0001.html")).toContain(`<a href="files/0002-b.txt">b.txt</a>`);
  expect(page("messages-0001.html")).toContain("export.file-missing c");
  expect(JSON.parse(page("messages-0001.json"))[1]).toEqual({
    event_id: "$2",
    "herold.file": "files/0002-b.txt",
  });
  expect(page("index.html")).toContain("export.missing 1");

  const without = await archived(all, { withFiles: false });
  expect(without.counts).toMatchObject({ files: 0, missing: 0 });
  expect(without.page("messages-0001.html")).toContain("export.file-left-out b.txt");
});

test("what this device cannot read is marked and counted", async () => {
  const { counts, page } = await archived([[event("1", { kind: "undecryptable", why: "history-lost" })]]);
  expect(counts.unreadable).toBe(1);
  expect(page("messages-0001.html")).toContain("message.unreadable-history-lost");
  expect(page("index.html")).toContain("export.unreadable 1");
});

test("reactions stand with their message, answers lead to what they answer", async () => {
  const { page } = await archived([
    [event("1", words("Tee?"))],
    [
      event("2", undefined, { reaction: { to: "$1", key: "👍" } }),
      event("3", words("Ja"), { replyTo: "$1" }),
      event("4", words("Wie?"), { replyTo: "$before" }),
    ],
  ]);
  const html = page("messages-0001.html");
  expect(html).toContain("<li>👍 Anna &lt;b&gt;</li>");
  expect(html).toContain(
    `<a class="reply" href="messages-0001.html#m1">rooms.last-other Anna &lt;b&gt; Tee?</a>`,
  );
  expect(html).toContain(`<span class="reply">export.earlier</span>`);
  // For programs, all of it.
  expect(JSON.parse(page("messages-0001.json"))).toHaveLength(4);
});

test("a poll stands there with its votes, unless they are secret to its end", async () => {
  const answer = (text: string, votes: number) => ({ id: text, text, votes, mine: false });
  const poll = {
    question: "Mittag?",
    answers: [answer("Suppe & Brot", 2), answer("Pizza", 1)],
    voters: 3,
    maxSelections: 1,
    secret: false,
    ended: false,
    mayEnd: false,
  };
  const { page } = await archived([
    [event("1", { kind: "poll", poll }), event("2", { kind: "poll", poll: { ...poll, secret: true } })],
  ]);
  const [open, secret] = page("messages-0001.html").split("</article>");
  expect(open).toContain(`<li>Suppe &amp; Brot <span class="note">polls.votes 2</span></li>`);
  expect(open).toContain("polls.voters 3");
  expect(secret).toContain("<li>Suppe &amp; Brot</li>");
  expect(secret).toContain("polls.secret-voters 3");
});

test("a long conversation has several pages that lead to each other", async () => {
  const many = Array.from({ length: 1_001 }, (_, index) => event(String(index + 1), words(`n${index + 1}`)));
  const { entries, page } = await archived([many.slice(0, 700), many.slice(700)]);
  const html = [...entries.keys()].filter((name) => name.endsWith(".html"));
  expect(html).toEqual(["messages-0001.html", "messages-0002.html", "messages-0003.html", "index.html"]);
  expect(page("messages-0002.html")).toContain(`href="messages-0001.html"`);
  expect(page("messages-0002.html")).toContain(`href="messages-0003.html"`);
  expect(page("messages-0003.html")).not.toContain("export.next");
  expect(page("messages-0003.html")).toContain("n1001");
});

test("where nothing was said, that is said", async () => {
  const { entries, page } = await archived([]);
  expect([...entries.keys()]).toEqual(["index.html"]);
  expect(page("index.html")).toContain("export.nothing");
});

test("it stops at once when it is called off", async () => {
  const abort = new AbortController();
  const going = archived([[event("1", words("a")), event("2", words("b"))]], {
    signal: abort.signal,
    progress: () => abort.abort(),
  });
  await expect(going).rejects.toThrow(/abort/i);
});
