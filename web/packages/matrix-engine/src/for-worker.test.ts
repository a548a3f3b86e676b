import "fake-indexeddb/auto";
import { afterEach, expect, test, vi } from "vitest";

import { lineIn, pushedEvent } from "./for-worker.ts";
import { forgetAccount, storeAccount } from "./stored-accounts.ts";

const ANNA = "@anna:example.org";
const SERVER = "https://example.org";

afterEach(async () => {
  vi.unstubAllGlobals();
  await forgetAccount(ANNA);
});

/** A server that knows these paths; answers with what it was asked. */
function serving(answers: Record<string, unknown>) {
  const asked = vi.fn(async (address: string, _options?: RequestInit) => {
    const answer = answers[decodeURIComponent(address.slice(`${SERVER}/_matrix/client/v3`.length))];
    return new Response(JSON.stringify(answer ?? {}), { status: answer ? 200 : 404 });
  });
  vi.stubGlobal("fetch", asked);
  return asked;
}

const signIn = () =>
  storeAccount({ userId: ANNA, deviceId: "A", address: SERVER, accessToken: "secret", usedAtMs: 0 });

const MESSAGE = {
  sender: "@bert:example.org",
  type: "m.room.message",
  content: { msgtype: "m.text", body: "Tea?" },
};

test("the event is told with the names that the room has for it", async () => {
  await signIn();
  const asked = serving({
    "/rooms/!r/event/$e": MESSAGE,
    "/rooms/!r/state/m.room.name": { name: "Kitchen" },
    "/rooms/!r/state/m.room.member/@bert:example.org": { displayname: "Bert" },
    [`/user/${ANNA}/account_data/m.direct`]: { "@bert:example.org": ["!other"] },
  });
  expect(await pushedEvent(ANNA, "!r", "$e")).toEqual({
    roomName: "Kitchen",
    direct: false,
    senderName: "Bert",
    line: { kind: "text", text: "Tea?" },
  });
  for (const [, options] of asked.mock.calls) {
    expect(options?.headers).toEqual({ authorization: "Bearer secret" });
  }
});

const SEALED = { ...MESSAGE, type: "m.room.encrypted", content: { ciphertext: "AwgA" } };

test("what is encrypted is told when it can be read, and without its words when it cannot", async () => {
  await signIn();
  serving({ "/rooms/!r/event/$e": SEALED, "/rooms/!r/event/$plain": MESSAGE });
  const unseal = vi.fn(async (): Promise<Record<string, unknown> | undefined> => MESSAGE);
  expect(await pushedEvent(ANNA, "!r", "$e", unseal)).toMatchObject({ line: { kind: "text", text: "Tea?" } });
  expect(unseal).toHaveBeenCalledExactlyOnceWith(ANNA, "!r", SEALED);
  unseal.mockResolvedValue(undefined);
  expect(await pushedEvent(ANNA, "!r", "$e", unseal)).toMatchObject({ senderName: "bert", line: undefined });
  expect(await pushedEvent(ANNA, "!r", "$e")).toMatchObject({ senderName: "bert", line: undefined });
  unseal.mockClear();
  await pushedEvent(ANNA, "!r", "$plain", unseal);
  expect(unseal).not.toHaveBeenCalled();
});

test("what the server does not tell is left out, and without the event there is nothing", async () => {
  await signIn();
  serving({ "/rooms/!r/event/$e": MESSAGE, [`/user/${ANNA}/account_data/m.direct`]: { "@bert:b": ["!r"] } });
  expect(await pushedEvent(ANNA, "!r", "$e")).toMatchObject({
    roomName: undefined,
    direct: true,
    senderName: "bert",
  });
  expect(await pushedEvent(ANNA, "!r", "$other")).toBe(undefined);
});

test("of an account that is not here nothing is asked", async () => {
  const asked = serving({});
  expect(await pushedEvent(ANNA, "!r", "$e")).toBe(undefined);
  expect(asked).not.toHaveBeenCalled();
});

test("without a network there is nothing, soon", async () => {
  await signIn();
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  expect(await pushedEvent(ANNA, "!r", "$e")).toBe(undefined);
});

test.each([
  [
    { type: "m.room.message", content: { msgtype: "m.text", body: "Tea?" } },
    { kind: "text", text: "Tea?" },
  ],
  [
    { type: "m.room.message", content: { msgtype: "m.image", body: "tea.png" } },
    { kind: "image", text: undefined },
  ],
  [
    { type: "m.room.message", content: { msgtype: "m.image", body: "Tea!", filename: "tea.png" } },
    { kind: "image", text: "Tea!" },
  ],
  [
    {
      type: "m.room.message",
      content: {
        msgtype: "m.text",
        body: "**Tea**",
        format: "org.matrix.custom.html",
        formatted_body: "<strong>Tea</strong>",
      },
    },
    { kind: "text", text: "Tea" },
  ],
  [
    { type: "m.room.message", content: { msgtype: "m.text", body: 7 } },
    { kind: "text", text: undefined },
  ],
  [{ type: "m.room.message", content: { msgtype: "org.example.new" } }, undefined],
  [{ type: "m.room.encrypted", content: { ciphertext: "AwgA" } }, undefined],
  [{ type: "m.room.message" }, undefined],
])("%j", (event, line) => {
  expect(lineIn(event)).toEqual(line);
});

test("names are told as they are shown everywhere", () => {
  const file = (more: object) =>
    lineIn({ type: "m.room.message", content: { msgtype: "m.file", ...more } })?.text;
  expect(file({ body: "live \u202egpj.exe" })).toBe("live gpj.exe");
  expect(file({ body: "\u3164" })).toBeUndefined();
  expect(file({ body: "Look!", filename: "a.pdf" })).toBe("Look!");
});

test.each(["constructor", { toString: 0 }, 5])(
  "a message of the kind %j is of none that is known",
  (msgtype) => {
    expect(lineIn({ type: "m.room.message", content: { msgtype, body: "x" } })).toBeUndefined();
  },
);
