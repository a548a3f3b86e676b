// The packs of pictures of all rooms: which are offered where, and how they are written. A chunk of its own: whoever
// never looks for a sticker needs none of it.
import {
  computed,
  type DraftImage,
  Failure,
  type ImagePack,
  type ImagePacks,
  type Live,
  type NewPicture,
  type PackDraft,
  type PackPlace,
  type PackSaving,
  signal,
} from "@herold/engine";
import {
  ClientEvent,
  type IContent,
  KnownMembership,
  type MatrixClient,
  type MatrixEvent,
  type Room,
  RoomEvent,
  RoomStateEvent,
} from "matrix-js-sdk";

import { equal } from "./equal.ts";
import { failing } from "./failures.ts";
import { type MatrixMedia, upload } from "./media.ts";
import {
  fitsIntoEvent,
  IMAGE_PACK,
  mayMove,
  PACK_ROOMS,
  packContent,
  packIn,
  placesIn,
  type ReadyImage,
  withPlace,
} from "./pack-format.ts";
import { pictureForPack } from "./pictures.ts";
import { replacementOf } from "./replaced.ts";

/** A space in a space in a space: nobody nests them deeper on purpose. */
const SPACES_DEPTH_MAX = 8;
/** A room that was replaced more often is looked for where it was then. */
const REPLACED_MAX = 20;

/** What they are found by. */
const TELLING: ReadonlySet<string> = new Set([
  IMAGE_PACK,
  "m.room.name",
  "m.room.tombstone",
  "m.space.parent",
  "m.space.child",
]);

interface Uploading extends Pick<PackSaving, "progress"> {
  readonly abort: AbortController;
}

export class MatrixImagePacks implements ImagePacks {
  readonly #client: MatrixClient;
  readonly #media: MatrixMedia;
  /** Counts whatever may change which packs there are. */
  readonly #changes = signal(0);
  /** What the person wants in all rooms, where it is today. */
  readonly #everywhere = computed(() => {
    void this.#changes.value;
    const places = placesIn(this.#wanted()).map((place) => this.#today(place));
    return { places, names: new Set(places.map(named)) };
  });
  readonly #offered = new Map<string, Live<readonly ImagePack[]>>();
  readonly #own = new Map<string, Live<readonly ImagePack[]>>();
  /** Where new pictures are that were uploaded. */
  readonly #addresses = new WeakMap<NewPicture, string>();
  #writing: Promise<unknown> = Promise.resolve();

  constructor(client: MatrixClient, media: MatrixMedia) {
    this.#client = client;
    this.#media = media;
    const changed = (): void => void this.#changes.value++;
    client.on(RoomStateEvent.Events, (event) => {
      if (TELLING.has(event.getType())) changed();
    });
    client.on(ClientEvent.AccountData, (event) => {
      if (event.getType() === PACK_ROOMS) changed();
    });
    client.on(RoomEvent.MyMembership, changed);
  }

  offeredIn(roomId: string): Live<readonly ImagePack[]> {
    return this.#kept(this.#offered, roomId, () => this.#find(roomId));
  }

  of(roomId: string): Live<readonly ImagePack[]> {
    return this.#kept(this.#own, roomId, () => this.#packsOf(this.#client.getRoom(roomId)));
  }

  /** One value for each room; it changes only when what it says does. */
  #kept(
    all: Map<string, Live<readonly ImagePack[]>>,
    roomId: string,
    find: () => readonly ImagePack[],
  ): Live<readonly ImagePack[]> {
    const known = all.get(roomId);
    if (known) return known;
    let last: readonly ImagePack[] = [];
    const packs = computed(() => {
      void this.#changes.value;
      const found = find();
      if (!equal(found, last)) last = found;
      return last;
    });
    all.set(roomId, packs);
    return packs;
  }

  #find(roomId: string): readonly ImagePack[] {
    const room = this.#client.getRoom(roomId);
    const wanted = this.#everywhere.value.places;
    // Many may be wanted of one room: it is looked through once.
    const rooms = [...new Set(wanted.map(({ roomId: other }) => other))];
    const those = new Map(
      rooms.map((other) => {
        const packs = this.#packsOf(this.#client.getRoom(other));
        return [other, new Map(packs.map((pack) => [pack.key, pack]))];
      }),
    );
    const everywhere = wanted.flatMap(({ roomId: other, key }) => those.get(other)?.get(key) ?? []);
    const spaces = room ? spacesOf(this.#client, room) : [];
    const packs = [...everywhere, ...[room, ...spaces].flatMap((one) => this.#packsOf(one))];
    const first = new Map<string, ImagePack>();
    for (const pack of packs) {
      const place = named(pack);
      if (pack.images.length > 0 && !first.has(place)) first.set(place, pack);
    }
    return [...first.values()];
  }

  #wanted(): IContent {
    return this.#client.getAccountData(PACK_ROOMS as never)?.getContent() ?? {};
  }

  /** Where a pack is today: a room that is replaced hands its packs on. Whoever left the old one is not led on by it. */
  #today(place: PackPlace): PackPlace {
    let room = this.#client.getRoom(place.roomId);
    for (let times = 0; room && times < REPLACED_MAX; times += 1) {
      const next = replacementOf(this.#client, room);
      // One that was deleted there is so everywhere: it says nothing, but it is there.
      if (!next?.currentState.getStateEvents(IMAGE_PACK, place.key)) break;
      room = next;
    }
    return room ? { ...place, roomId: room.roomId } : place;
  }

  #packsOf(room: Room | null): readonly ImagePack[] {
    if (room?.getMyMembership() !== KnownMembership.Join) return [];
    const { names } = this.#everywhere.value;
    const order = new Intl.Collator(undefined, { numeric: true });
    return statesOf(room, IMAGE_PACK)
      .flatMap((event) => {
        const key = event.getStateKey() ?? "";
        const place = { roomId: room.roomId, key };
        const kept = { roomName: room.name, everywhere: names.has(named(this.#today(place))) };
        return packIn(event.getContent(), { ...place, ...kept }) ?? [];
      })
      .sort((left, right) => order.compare(left.name, right.name) || (left.key < right.key ? -1 : 1));
  }

  /** One after the other: each writes the whole list. */
  setEverywhere(pack: PackPlace, everywhere: boolean): Promise<void> {
    const doing = this.#writing.then(() =>
      failing(async () => {
        const before = this.#wanted();
        const today = this.#today(pack);
        // It may be wanted where it was before its room was replaced.
        const written = placesIn(before).filter((place) => named(this.#today(place)) === named(today));
        const content = everywhere
          ? withPlace(before, written[0] ?? today, true)
          : written.reduce((kept, place) => withPlace(kept, place, false), before);
        if (!equal(content, before)) await this.#client.setAccountData(PACK_ROOMS as never, content as never);
      }),
    );
    this.#writing = doing.catch(() => undefined);
    return doing;
  }

  newPlace(roomId: string): PackPlace {
    return { roomId, key: `org.herold.${crypto.randomUUID()}` };
  }

  prepare(file: Blob): Promise<NewPicture> {
    return pictureForPack(file);
  }

  async save(place: PackPlace, wanted: () => PackDraft, { progress, signal }: PackSaving): Promise<void> {
    const abort = new AbortController();
    const stop = (): void => abort.abort();
    signal.addEventListener("abort", stop);
    try {
      await this.#ready(wanted(), { progress, abort });
      // While they went up, others may have changed the pack.
      const draft = wanted();
      const images = await this.#ready(draft, { progress, abort });
      if (signal.aborted) throw new Failure("cancelled");
      await this.#writeDraft(place, draft, images);
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  async #writeDraft(place: PackPlace, draft: PackDraft, images: readonly ReadyImage[]): Promise<void> {
    const before = this.#client.getRoom(place.roomId)?.currentState.getStateEvents(IMAGE_PACK, place.key);
    const content = packContent(before?.getContent() ?? {}, draft, images);
    if (!fitsIntoEvent(content)) throw new Failure("pack-full");
    await this.#write(place, content);
  }

  /** One after the other, so that what is up is up where one of them fails. */
  async #ready({ images }: PackDraft, { progress, abort }: Uploading): Promise<ReadyImage[]> {
    const isMissing = ({ image }: DraftImage): boolean => "file" in image && !this.#addresses.has(image);
    const count = images.filter(isMissing).length;
    const ready: ReadyImage[] = [];
    let done = 0;
    for (const drafted of images) {
      const { image, ...said } = drafted;
      const missing = isMissing(drafted);
      if (missing) progress(done, count);
      const address = "file" in image ? await this.#uploaded(image, abort) : image.picture.source.address;
      ready.push({ ...said, address, info: image.info });
      if (missing) done += 1;
    }
    if (count > 0) progress(count, count);
    return ready;
  }

  async #uploaded(picture: NewPicture, abort: AbortController): Promise<string> {
    const known = this.#addresses.get(picture);
    if (known) return known;
    const options = { encrypted: false, abort, progress: () => undefined };
    const { url } = await failing(() => upload(this.#client, picture.file, options));
    // It would move where the server's still is wanted.
    if (!picture.animated || mayMove(picture.file.size)) this.#media.keep([url], picture.file);
    this.#addresses.set(picture, url);
    return url;
  }

  async remove(place: PackPlace): Promise<void> {
    await this.#write(place, {});
    // What is wanted everywhere and is not there any more is offered nowhere, should this fail.
    await this.setEverywhere(place, false).catch(() => undefined);
  }

  async #write({ roomId, key }: PackPlace, content: object): Promise<void> {
    const write = () => this.#client.sendStateEvent(roomId, IMAGE_PACK as never, content as never, key);
    await failing(write, { M_TOO_LARGE: "pack-full" });
  }
}

/** No id has a space in it. */
const named = ({ roomId, key }: PackPlace): string => `${roomId} ${key}`;

function statesOf(room: Room, type: string): MatrixEvent[] {
  return room.currentState.getStateEvents(type);
}

/** The spaces a room belongs to, the nearest first, as far as the person is in them. */
export function spacesOf(client: MatrixClient, room: Room): Room[] {
  const spaces: Room[] = [];
  for (let inner = room; spaces.length < SPACES_DEPTH_MAX; ) {
    const space = canonicalSpace(client, inner);
    if (!space || space === room || spaces.includes(space)) break;
    spaces.push(space);
    inner = space;
  }
  return spaces;
}

/** Where a room names several, the first by its id, as everybody's app takes it. */
function canonicalSpace(client: MatrixClient, room: Room): Room | undefined {
  return statesOf(room, "m.space.parent")
    .filter((event) => event.getContent().canonical === true && Array.isArray(event.getContent().via))
    .sort((left, right) => ((left.getStateKey() ?? "") < (right.getStateKey() ?? "") ? -1 : 1))
    .flatMap((event) => {
      const space = client.getRoom(event.getStateKey());
      return space && isIn(space) && holds(space, room, event) ? [space] : [];
    })[0];
}

const isIn = (space: Room): boolean =>
  space.isSpaceRoom() && space.getMyMembership() === KnownMembership.Join;

/** A room may call any space its own: it is true where the space says so too, or who said it may say so there. */
function holds(space: Room, room: Room, parent: MatrixEvent): boolean {
  const child = space.currentState.getStateEvents("m.space.child", room.roomId);
  if (Array.isArray(child?.getContent().via)) return true;
  const by = parent.getSender();
  return by !== undefined && space.currentState.maySendStateEvent("m.space.child", by);
}
