import "fake-indexeddb/auto";

import { folded, hasTerms, termsOf } from "@herold/engine";
import fc from "fast-check";
import { openDB } from "idb";
import { expect, test } from "vitest";

import { type Hits, type IndexQuery, MessageIndex } from "./message-index.ts";
import { type Change, KIND, type MessageRecord, order } from "./records.ts";
import { LIMITS } from "./shelf.ts";

let names = 0;
const newName = (): string => `index-${names++}`;

/** So that a few messages take several blocks. */
const SMALL = { ...LIMITS, blockRecords: 4 };

const ANY: IndexQuery = {
  words: "",
  roomId: undefined,
  sender: undefined,
  kinds: 0,
  fromMs: undefined,
  untilMs: undefined,
};

function said(eventId: string, text: string, more: Partial<MessageRecord> = {}): Change {
  const atMs = more.atMs ?? Number(eventId.slice(1));
  const versions = [{ eventId, atMs, text, kinds: 0 }];
  return { kind: "said", record: { eventId, atMs, sender: "@anna:x", versions, ...more } };
}

function edited(target: string, eventId: string, text: string, atMs = Number(eventId.slice(1))): Change {
  return { kind: "edited", target, sender: "@anna:x", version: { eventId, atMs, text, kinds: 0 } };
}

const redacted = (eventId: string): Change => ({ kind: "redacted", eventId });

async function ids(index: MessageIndex, query: Partial<IndexQuery>, limit = 1000): Promise<string[]> {
  return (await all(index, { ...ANY, ...query }, limit)).slice(0, limit);
}

/** Whatever the time that a search has: it goes on until the end. */
async function all(index: MessageIndex, query: IndexQuery, limit = 1000): Promise<string[]> {
  const found: string[] = [];
  for (let next: Hits["next"] | "first" = "first"; next !== undefined; ) {
    const page: Hits = await index.find(query, limit, next === "first" ? undefined : next);
    found.push(...page.hits.map((hit) => hit.record.eventId));
    next = page.next;
  }
  return found;
}

test("words are found inside others, short ones at their beginning, without capitals and accents", async () => {
  const index = await MessageIndex.open(newName());
  await index.heard("!r", [
    said("$1", "Die Straßenbahn fährt über die Brücke"),
    said("$2", "Ein Zug"),
    said("$3", "東京に行く"),
  ]);
  expect(await ids(index, { words: "STRASSEN" })).toEqual(["$1"]);
  expect(await ids(index, { words: "assenb ucke" })).toEqual(["$1"]);
  expect(await ids(index, { words: "rü" })).toEqual([]);
  expect(await ids(index, { words: "br" })).toEqual(["$1"]);
  expect(await ids(index, { words: "z" })).toEqual(["$2"]);
  expect(await ids(index, { words: "京に" })).toEqual(["$3"]);
  expect(await ids(index, { words: "zug brücke" })).toEqual([]);
});

test("a page ends where the next begins, over rooms whose messages alternate", async () => {
  const index = await MessageIndex.open(newName());
  const some = Array.from({ length: 1500 }, (_, at) => said(`$${at + 1}`, `word ${at}`));
  await index.heard(
    "!even",
    some.filter((_, at) => at % 2 === 0),
  );
  await index.heard(
    "!odd",
    some.filter((_, at) => at % 2 === 1),
  );
  const found = await all(index, { ...ANY, words: "word" }, 70);
  expect(found).toEqual(Array.from({ length: 1500 }, (_, at) => `$${1500 - at}`));
});

test("an edit replaces what was said, wherever it comes, and taking it back brings the old words back", async () => {
  const index = await MessageIndex.open(newName());
  await index.heard("!r", [edited("$1", "$5", "second thought")]);
  await index.heard("!r", [said("$1", "first thought"), edited("$1", "$3", "in between")]);
  expect(await ids(index, { words: "first" })).toEqual([]);
  expect(await ids(index, { words: "second" })).toEqual(["$1"]);
  await index.heard("!r", [redacted("$5")]);
  expect(await ids(index, { words: "between" })).toEqual(["$1"]);
  await index.heard("!r", [redacted("$3"), edited("$1", "$5", "second thought")]);
  expect(await ids(index, { words: "first" })).toEqual(["$1"]);
  const forged = { ...edited("$1", "$9", "not mine"), sender: "@mallory:x" } as Change;
  await index.heard("!r", [forged]);
  expect(await ids(index, { words: "mine" })).toEqual([]);
});

test("what was redacted before it was heard of stays unsaid", async () => {
  const name = newName();
  const index = await MessageIndex.open(name);
  await index.heard("!r", [redacted("$1")]);
  await index.close();
  const again = await MessageIndex.open(name);
  await again.heard("!r", [said("$1", "secret")]);
  expect(await ids(again, { words: "secret" })).toEqual([]);
});

test("a message without its key is found once the key came", async () => {
  const index = await MessageIndex.open(newName());
  const locked: Change = {
    kind: "said",
    record: { eventId: "$1", atMs: 1, sender: "@anna:x", locked: true, versions: [] },
  };
  await index.heard("!r", [locked, said("$7", "open")]);
  expect((await index.state()).messages).toBe(1);
  const stranger = { eventId: "$9", atMs: 9, sender: "@anna:x" };
  await index.heard("!r", [{ kind: "unlocked", record: { ...stranger, versions: [] } }]);
  expect((await index.state()).messages).toBe(1);
  await index.readAgain();
  const [room] = (await index.state()).rooms;
  expect(room?.holes).toEqual([{ from: undefined, againUntilMs: 1 }]);
  await index.read("!r", { from: undefined, againUntilMs: 1 }, [said("$7", "open")], "t1");
  await index.read(
    "!r",
    { from: "t1", againUntilMs: 1 },
    [said("$1", "hidden"), said("$0", "older", { atMs: 0 })],
    "t2",
  );
  expect(await ids(index, { words: "hidden" })).toEqual(["$1"]);
  expect((await index.state()).rooms[0]?.holes).toEqual([]);
  await index.heard("!r", [locked]);
  expect(await ids(index, { words: "hidden" })).toEqual(["$1"]);
});

test("what goes on from the newest message is known to go on, unless a key is missing", async () => {
  const index = await MessageIndex.open(newName(), SMALL);
  await index.heard("!other", [said("$99", "x")]);
  const messages = Array.from({ length: 10 }, (_, at) => said(`$${at + 1}`, "x"));
  await index.heard("!r", messages);
  expect(await index.isNewest("!r", "$10")).toBe(true);
  expect(await index.isNewest("!r", "$9")).toBe(false);
  expect(await index.isNewest("!r", "$99")).toBe(false);
  const locked: MessageRecord = { eventId: "$95", atMs: 9.5, sender: "@anna:x", locked: true, versions: [] };
  await index.heard("!r", [{ kind: "said", record: locked }]);
  expect(await index.isNewest("!r", "$10")).toBe(false);
});

test("a hole is read backward until the room begins, or until what is known", async () => {
  const index = await MessageIndex.open(newName());
  const holes = async () => (await index.state()).rooms[0]?.holes;
  await index.heard("!r", [said("$50", "e")], { from: "t50" });
  expect(await holes()).toEqual([{ from: "t50" }]);
  await index.read("!r", { from: "t50" }, [said("$49", "d"), said("$48", "c")], "t48");
  await index.read("!r", { from: "t48" }, [], "t40");
  expect(await holes()).toEqual([{ from: "t40" }]);
  // Goes on from what is known: no hole.
  await index.heard("!r", [said("$50", "e"), said("$51", "f")], { from: "t49" });
  expect(await holes()).toEqual([{ from: "t40" }]);
  // A gap.
  await index.heard("!r", [said("$90", "z")], { from: "t90" });
  await index.read("!r", { from: "t90" }, [said("$70", "y")], "t70");
  await index.read("!r", { from: "t70" }, [said("$51", "f"), said("$50", "e")], "t50");
  expect(await holes()).toEqual([{ from: "t40" }]);
  await index.read("!r", { from: "t40" }, [said("$2", "a")], undefined);
  expect(await holes()).toEqual([]);
});

test("the oldest go first when the space is full, and do not come back", async () => {
  const index = await MessageIndex.open(newName(), { ...LIMITS, indexBytes: 150_000, blockRecords: 50 });
  const text = "words ".repeat(30);
  for (let page = 0; page < 20; page += 1) {
    const changes = Array.from({ length: 100 }, (_, at) => said(`$${page * 100 + at + 1}`, text));
    await index.heard(`!r${page % 3}`, changes);
  }
  const { bytes, letGoMs } = await index.state();
  expect(bytes).toBeLessThanOrEqual(150_000);
  const left = await ids(index, { words: "words" }, 5000);
  const gone = Array.from({ length: 2000 }, (_, at) => at + 1).filter((at) => !left.includes(`$${at}`));
  expect(gone.length).toBeGreaterThan(1000);
  expect(Math.max(...gone)).toBe(letGoMs);
  await index.read("!r0", { from: "t" }, [said("$1", text)], "more");
  expect(await ids(index, { words: "words" }, 5000)).toEqual(left);
  expect((await index.state()).rooms.every((room) => room.holes.length === 0)).toBe(true);
});

test("nothing that was said, and no name, can be read in what is stored; rooms that were left are let go", async () => {
  const name = newName();
  const index = await MessageIndex.open(name);
  await index.heard("!secretroom:x", [said("$1", "Treffpunkt"), redacted("$somethingelse")], {
    from: "token",
  });
  await index.heard("!other:x", [said("$2", "Treffpunkt")]);
  const database = await openDB(name);
  for (const store of database.objectStoreNames) {
    for (const value of await database.getAll(store)) {
      if (store === "keys") {
        expect((value as CryptoKey).extractable).toBe(false);
        continue;
      }
      const bytes = new TextDecoder("latin1").decode(value);
      for (const word of ["Treffpunkt", "treffpunkt", "secretroom", "@anna", "$somethingelse", "token"])
        expect(bytes).not.toContain(word);
    }
  }
  expect(await ids(index, { words: "treff" })).toEqual(["$2", "$1"]);
  await index.keepOnly(["!other:x"]);
  expect(await ids(index, { words: "treff" })).toEqual(["$2"]);
  expect(await database.count("blocks")).toBe(1);
});

/** The same, without an index: everything is kept and looked through. */
class Naive {
  readonly rooms = new Map<
    string,
    { said: Map<string, MessageRecord>; edits: Map<string, Change & { kind: "edited" }>; gone: Set<string> }
  >();

  apply(roomId: string, change: Change): void {
    const room = this.rooms.get(roomId) ?? { said: new Map(), edits: new Map(), gone: new Set<string>() };
    this.rooms.set(roomId, room);
    if (change.kind === "said") room.said.set(change.record.eventId, change.record);
    else if (change.kind === "edited") room.edits.set(change.version.eventId, change);
    else if (change.kind === "redacted") room.gone.add(change.eventId);
  }

  find(query: IndexQuery): string[] {
    const hits: MessageRecord[] = [];
    for (const [roomId, { said, edits, gone }] of this.rooms) {
      if (query.roomId !== undefined && query.roomId !== roomId) continue;
      for (const record of said.values()) {
        if (gone.has(record.eventId)) continue;
        const valid = [...edits.values()]
          .filter(
            (edit) =>
              edit.target === record.eventId &&
              edit.sender === record.sender &&
              !gone.has(edit.version.eventId),
          )
          .map((edit) => edit.version)
          .sort((left, right) => order(right, left));
        const current = valid[0] ?? record.versions[0];
        if (!current) continue;
        if (query.kinds !== 0 && (current.kinds & query.kinds) === 0) continue;
        if (query.sender !== undefined && query.sender !== record.sender) continue;
        if (query.fromMs !== undefined && record.atMs < query.fromMs) continue;
        if (query.untilMs !== undefined && record.atMs >= query.untilMs) continue;
        if (hasTerms(folded(current.text), termsOf(query.words))) hits.push(record);
      }
    }
    return hits.sort((left, right) => order(right, left)).map((record) => record.eventId);
  }
}

const WORDS = [
  "Haus",
  "Häuser",
  "boat",
  "Boot",
  "ß",
  "über",
  "öl",
  "go",
  "東京",
  "a",
  "🎉",
  "c++",
  "é",
  "x1",
];
const ROOMS = ["!a", "!b"];
const words = fc
  .array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 4 })
  .map((some) => some.join(" "));
const text = fc
  .tuple(words, fc.constantFrom(" ", "", "-"))
  .map(([some, joint]) => some.replaceAll(" ", joint || " "));
const sender = fc.constantFrom("@anna:x", "@bert:x");
const number = fc.integer({ min: 1, max: 60 });
const kinds = fc.constantFrom(0, 0, KIND.pictures, KIND.files, KIND.links);

function idOf(change: Change): string {
  if (change.kind === "edited") return change.version.eventId;
  return change.kind === "redacted" ? `gone ${change.eventId}` : change.record.eventId;
}

/** Ids of messages say where and when they were sent, and by whom: no other event has them, and none ever changes. */
const changeIn = (room: string): fc.Arbitrary<Change> => {
  const messageId = (at: number): string => `$m${room}${at}`;
  const editId = (at: number, target: number, sender: string): string => `$e${room}${at}.${target}.${sender}`;
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(number, text, kinds).map(([at, text, kinds]) => {
        const eventId = messageId(at);
        const record = { eventId, atMs: at >> 1, sender: at % 3 ? "@anna:x" : "@bert:x" };
        return {
          kind: "said" as const,
          record: { ...record, versions: [{ eventId, atMs: record.atMs, text: `${text} ${at}`, kinds }] },
        };
      }),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(number, number, text, sender).map(([at, target, text, sender]) => ({
        kind: "edited" as const,
        target: messageId(target),
        sender,
        version: { eventId: editId(at, target, sender), atMs: at, text, kinds: 0 },
      })),
    },
    {
      weight: 1,
      arbitrary: number.map((at) => ({ kind: "redacted" as const, eventId: messageId(at) })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(number, number, sender)
        .map((edit) => ({ kind: "redacted" as const, eventId: editId(...edit) })),
    },
  );
};

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.oneof(
      ...ROOMS.map((room) =>
        fc.record({
          room: fc.constant(room),
          changes: fc.array(changeIn(room), { minLength: 1, maxLength: 25 }),
        }),
      ),
    ),
  },
  { weight: 1, arbitrary: fc.constant("restart" as const) },
);

const query = fc.record({
  words: fc.oneof(words, fc.constantFrom("hau", "oo", "oat", "ub", "ss", "京", "++", "x", "")),
  roomId: fc.constantFrom(undefined, ...ROOMS),
  sender: fc.option(sender, { nil: undefined }),
  kinds,
  fromMs: fc.option(number, { nil: undefined }),
  untilMs: fc.option(number, { nil: undefined }),
});

test("the index finds what a look at everything finds, after any changes and restarts", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 12 }),
      fc.array(query, { minLength: 4, maxLength: 4 }),
      async (steps, queries) => {
        const name = newName();
        let index = await MessageIndex.open(name, SMALL);
        const naive = new Naive();
        /** What is heard twice is heard the same. */
        const heard = new Map<string, Change>();
        for (const one of steps) {
          if (one === "restart") {
            await index.close();
            index = await MessageIndex.open(name, SMALL);
            continue;
          }
          const changes = one.changes.map((some) => {
            const id = `${one.room} ${idOf(some)}`;
            const first = heard.get(id) ?? some;
            heard.set(id, first);
            return first;
          });
          await index.heard(one.room, changes);
          for (const some of changes) naive.apply(one.room, some);
        }
        for (const some of queries) {
          expect(await all(index, some, 7)).toEqual(naive.find(some));
        }
        await index.close();
      },
    ),
    { numRuns: 150 },
  );
}, 240_000);
