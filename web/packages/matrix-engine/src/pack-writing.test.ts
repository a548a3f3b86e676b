// Packs are written: what is uploaded when, what stands in their events, and what is tried again.
import type { DraftImage, NewPicture, PackDraft, PackSaving } from "@herold/engine";
import { type IContent, MatrixEvent, RoomStateEvent } from "matrix-js-sdk";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { MatrixImagePacks } from "./image-packs.ts";
import { MatrixMedia } from "./media.ts";
import { ME, ROOM, TestServer, testClient, testRoom, withoutBrowser } from "./testing.ts";

const PLACE = { roomId: ROOM, key: "animals" };

beforeEach(withoutBrowser);
afterEach(() => void vi.unstubAllGlobals());

function packsAt(server: TestServer) {
  const written: { path: string; content: IContent }[] = [];
  const client = testClient(async (url, options) => {
    if (!server.reachable) throw new TypeError("Failed to fetch");
    const path = decodeURIComponent(new URL(String(url)).pathname);
    written.push({ path, content: JSON.parse(String(options?.body)) });
    return Response.json({ event_id: "$1" });
  });
  client.uploadContent = (bytes) => server.upload(bytes as Blob);
  const room = testRoom(client);
  room.updateMyMembership("join");
  const media = new MatrixMedia(client);
  const packs = new MatrixImagePacks(client, media);
  const say = (content: IContent): void => {
    const told = { type: "m.room.image_pack", state_key: PLACE.key, room_id: ROOM, sender: ME, content };
    const event = new MatrixEvent({ ...told, event_id: "$pack" });
    room.currentState.setStateEvents([event]);
    client.emit(RoomStateEvent.Events, event, room.currentState, null);
  };
  return { client, packs, media, written, say };
}

const picture = (words: string): NewPicture => ({
  file: new Blob([words], { type: "image/png" }),
  animated: false,
  info: { w: 1, h: 2, mimetype: "image/png", size: words.length },
});

const draft =
  (images: readonly DraftImage[], more: Partial<PackDraft> = {}): (() => PackDraft) =>
  () => ({
    name: "",
    attribution: "",
    uses: { emoticons: true, stickers: true },
    images,
    ...more,
  });

function saving() {
  const told: string[] = [];
  const abort = new AbortController();
  const given: PackSaving = {
    progress: (done, of) => void told.push(`${done} of ${of}`),
    signal: abort.signal,
  };
  return { told, abort, given };
}

const drawn = (shortcode: string, description = ""): DraftImage => ({
  shortcode,
  description,
  image: picture(shortcode),
});

test("a new pack is written as the specification has it", async () => {
  const server = new TestServer();
  const { packs, written } = packsAt(server);
  const { told, given } = saving();
  const place = packs.newPlace(ROOM);
  expect(place.key).not.toBe(packs.newPlace(ROOM).key);
  const uses = { emoticons: false, stickers: true };
  const images = [drawn("cat", "A cat waves"), drawn("dog")];
  await packs.save(place, draft(images, { name: "Animals", attribution: "Anna", uses }), given);
  expect(server.files).toEqual(["cat", "dog"]);
  expect(told).toEqual(["0 of 2", "1 of 2", "2 of 2"]);
  const info = { w: 1, h: 2, mimetype: "image/png", size: 3 };
  expect(written).toEqual([
    {
      path: `/_matrix/client/v3/rooms/${ROOM}/state/m.room.image_pack/${place.key}`,
      content: {
        images: {
          cat: { url: "mxc://example.org/1", body: "A cat waves", info },
          dog: { url: "mxc://example.org/2", info },
        },
        pack: { display_name: "Animals", attribution: "Anna", usage: ["sticker"] },
      },
    },
  ]);
});

test("what is up is not uploaded again when it is tried again", async () => {
  const server = new TestServer();
  const { packs, written } = packsAt(server);
  const images = ["a", "b", "c"].map((name) => drawn(name));
  const upload = server.upload;
  let breaks = true;
  Object.assign(server, {
    upload: (bytes: Blob) => {
      server.reachable = server.files.length < 2 || !breaks;
      return upload(bytes);
    },
  });
  await expect(packs.save(PLACE, draft(images), saving().given)).rejects.toMatchObject({
    reason: "unreachable",
  });
  expect(server.files).toEqual(["a", "b"]);
  expect(written).toEqual([]);
  breaks = false;
  await packs.save(PLACE, draft(images), saving().given);
  expect(server.files).toEqual(["a", "b", "c"]);
  await packs.save(PLACE, draft(images.slice(1)), saving().given);
  expect(server.files).toHaveLength(3);
  expect(Object.keys(written.at(-1)?.content.images)).toEqual(["b", "c"]);
});

test("what is wanted when all pictures are up is written, and their number told once", async () => {
  const server = new TestServer();
  const { packs, written } = packsAt(server);
  const images = [drawn("a"), drawn("b")];
  const { told, given } = saving();
  // Others say whose it is while the pictures go up.
  const wanted = () => draft(images, { attribution: server.files.length > 0 ? "Bert" : "" })();
  await packs.save(PLACE, wanted, given);
  expect(written.at(-1)?.content.pack).toEqual({ attribution: "Bert" });
  expect(server.files).toEqual(["a", "b"]);
  expect(told).toEqual(["0 of 2", "1 of 2", "2 of 2"]);
});

test("a person may stop it, and nothing is written", async () => {
  const server = new TestServer();
  const { client, packs, written } = packsAt(server);
  client.uploadContent = (_bytes, options) =>
    new Promise((_, reject) => {
      const { signal } = options?.abortController ?? new AbortController();
      signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
    });
  const { abort, given } = saving();
  const outcome = packs.save(PLACE, draft([drawn("a")]), given);
  abort.abort();
  await expect(outcome).rejects.toMatchObject({ reason: "cancelled" });
  expect(written).toEqual([]);
});

test("a pack that fits into no event is told to be full, and is not sent", async () => {
  const server = new TestServer();
  const { packs, written } = packsAt(server);
  const images = Array.from({ length: 70 }, (_, index) => drawn(`picture_${index}`, "ä".repeat(500)));
  await expect(packs.save(PLACE, draft(images), saving().given)).rejects.toMatchObject({
    reason: "pack-full",
  });
  expect(written).toEqual([]);
  await packs.save(PLACE, draft(images.slice(0, 1)), saving().given);
  expect(written).toHaveLength(1);
});

test("a pack goes by its own name where it has one", () => {
  const { packs, say } = packsAt(new TestServer());
  const url = "mxc://example.org/cat";
  say({ images: { cat: { url } }, pack: {} });
  expect(packs.of(ROOM).peek()).toMatchObject([{ name: ROOM, ownName: undefined }]);
  say({ images: { cat: { url } }, pack: { display_name: "Animals" } });
  expect(packs.of(ROOM).peek()).toMatchObject([{ name: "Animals", ownName: "Animals" }]);
});

test("what others wrote into a pack stays when it is changed", async () => {
  const { packs, written, say } = packsAt(new TestServer());
  const url = "mxc://example.org/cat";
  const avatar_url = "mxc://example.org/face";
  say({ images: { "two words": { url, tags: ["x"] } }, pack: { avatar_url }, other: 1 });
  const [pack] = packs.of(ROOM).peek();
  const [image] = pack?.images ?? [];
  if (!image) throw new Error("there is a picture");
  await packs.save(PLACE, draft([{ shortcode: "two_words", description: "", image }]), saving().given);
  expect(written.at(-1)?.content).toEqual({
    images: { two_words: { url, tags: ["x"], info: {} } },
    pack: { avatar_url },
    other: 1,
  });
});

test("what is deleted is wanted everywhere no more, and is deleted also where that fails", async () => {
  const { client, packs, written } = packsAt(new TestServer());
  const rooms = { [ROOM]: { animals: {}, plants: {} } };
  const type = "m.image_pack.rooms";
  client.store.storeAccountDataEvents([new MatrixEvent({ type, content: { rooms } })]);
  const set = vi.fn(async () => ({}));
  client.setAccountData = set as never;
  await packs.remove(PLACE);
  expect(written.at(-1)?.content).toEqual({});
  expect(set.mock.calls).toEqual([[type, { rooms: { [ROOM]: { plants: {} } } }]]);
  set.mockRejectedValue(new TypeError("Failed to fetch"));
  await packs.remove(PLACE);
  expect(written).toHaveLength(2);
});

test.each([
  [1024 * 1024, true],
  [1024 * 1024 + 1, false],
])("one's own that moves, of %s bytes, is shown from memory: %s", async (bytes, kept) => {
  const { packs, media } = packsAt(new TestServer());
  const file = new Blob([new Uint8Array(bytes)], { type: "image/gif" });
  const image: NewPicture = { file, animated: true, info: { mimetype: "image/gif", size: bytes } };
  await packs.save(PLACE, draft([{ shortcode: "cat", description: "", image }]), saving().given);
  const source = { address: "mxc://example.org/1", mimeType: "image/gif" };
  expect(media.here(source) === file).toBe(kept);
});
