// A pack of pictures that is being made or changed. Nothing of it is written before it is saved, and what did not work can
// be tried again.
import {
  computed,
  Failure,
  type ImagePack,
  type ImagePacks,
  isShortcode,
  type Live,
  type Media,
  type PackDraft,
  type PackImage,
  type PackPlace,
  type PackUses,
  type Room,
  signal,
} from "@herold/engine";

import { Attempt } from "../attempt.ts";
import { type About, type Edited, merged, type PictureRow } from "./merging.ts";
import { shortNameFor } from "./short-name.ts";

export type { PictureRow };

export const PICTURES_MAX = 100;
export const DESCRIPTION_MAX = 200;
/** Of the name of a pack, and of whom it is from. */
export const NAME_MAX = 100;

export type ShortcodeProblem = "invalid" | "taken";
export type Refusal = "no-picture" | "too-large" | "too-many";

export interface Refused {
  readonly name: string;
  readonly why: Refusal;
}

interface ChosenFile {
  readonly file: Blob;
  readonly name: string;
}

export class PackEditorModel {
  readonly #packs: ImagePacks;
  readonly #media: Pick<Media, "uploadLimit">;
  readonly #room: Room;
  readonly #place: PackPlace;
  readonly #about;
  readonly #rows;
  readonly #before: Edited;
  readonly #refused = signal<readonly Refused[]>([]);
  readonly #waiting = signal(0);
  readonly #limit = signal<number | undefined>(undefined);
  readonly #progress = signal<{ readonly done: number; readonly count: number } | undefined>(undefined);
  #abort = new AbortController();
  #next = 0;

  readonly attempt = new Attempt();
  readonly isNew: boolean;
  readonly about: Live<About>;
  readonly rows: Live<readonly PictureRow[]>;
  /** What is wrong with short names, by the id of the row. */
  readonly problems: Live<ReadonlyMap<number, ShortcodeProblem>>;
  /** What of the files that were added last is left out. */
  readonly refused: Live<readonly Refused[]> = this.#refused;
  /** Files that are looked at still. */
  readonly waiting: Live<number> = this.#waiting;
  /** The largest that the server takes, in bytes, once it is known. */
  readonly limit: Live<number | undefined> = this.#limit;
  /** How many new pictures are up, while it is saved. */
  readonly progress: Live<{ readonly done: number; readonly count: number } | undefined> = this.#progress;
  readonly changed: Live<boolean>;
  /** It can be saved as it is. */
  readonly complete: Live<boolean>;

  constructor(
    packs: ImagePacks,
    media: Pick<Media, "uploadLimit">,
    { room, pack }: { room: Room; pack: ImagePack | undefined },
  ) {
    this.#packs = packs;
    this.#media = media;
    this.#room = room;
    this.isNew = pack === undefined;
    this.#place = pack ? { roomId: pack.roomId, key: pack.key } : packs.newPlace(room.roomId);
    this.#before = this.#editedOf(pack);
    this.#about = signal<About>(this.#before.about);
    this.#rows = signal<readonly PictureRow[]>(this.#before.rows);
    this.about = this.#about;
    this.rows = this.#rows;
    this.changed = computed(
      () => this.#about.value !== this.#before.about || this.#rows.value !== this.#before.rows,
    );
    this.problems = computed(() => problemsIn(this.#rows.value));
    this.complete = computed(
      () => this.#rows.value.length > 0 && this.problems.value.size === 0 && this.#waiting.value === 0,
    );
  }

  /** What it is called as it stands here. */
  shownName(): string {
    return this.#about.peek().name.trim() || this.#room.summary.peek().name;
  }

  say(about: Partial<About>): void {
    this.#about.value = { ...this.#about.peek(), ...about };
  }

  /** What nothing is used for is no pack: the last use stays. */
  setUse(use: keyof PackUses, on: boolean): void {
    const uses = { ...this.#about.peek().uses, [use]: on };
    if (uses.emoticons || uses.stickers) this.say({ uses });
  }

  /** Those that are no pictures, or do not fit, are left out. */
  async add(files: readonly ChosenFile[]): Promise<void> {
    if (this.#waiting.peek() === 0) this.#refused.value = [];
    this.#waiting.value += files.length;
    // Who does not say it says it again when a file turns out to be too large.
    this.#limit.value ??= await this.#media.uploadLimit().catch(() => undefined);
    for (const chosen of files) {
      const why = await this.#take(chosen);
      if (why) this.#refused.value = [...this.#refused.peek(), { name: chosen.name, why }];
      this.#waiting.value -= 1;
    }
  }

  async #take({ file, name }: ChosenFile): Promise<Refusal | undefined> {
    if (this.#isFull()) return "too-many";
    const picture = await this.#packs.prepare(file).catch(() => undefined);
    if (!picture) return "no-picture";
    const limit = this.#limit.peek();
    if (limit !== undefined && picture.file.size > limit) return "too-large";
    // Others may have come while it was looked at.
    if (this.#isFull()) return "too-many";
    const rows = this.#rows.peek();
    const shortcode = shortNameFor(name, new Set(rows.map((row) => row.shortcode)));
    this.#rows.value = [...rows, { id: this.#next++, image: picture, shortcode, description: "" }];
    return undefined;
  }

  #isFull(): boolean {
    return this.#rows.peek().length >= PICTURES_MAX;
  }

  change(id: number, said: Partial<Pick<PictureRow, "shortcode" | "description">>): void {
    this.#rows.value = this.#rows.peek().map((row) => (row.id === id ? { ...row, ...said } : row));
  }

  remove(id: number): void {
    this.#rows.value = this.#rows.peek().filter((row) => row.id !== id);
  }

  /** Answers whether it is saved. */
  async save(): Promise<boolean> {
    if (!this.complete.peek()) return false;
    return this.attempt.make(async () => {
      this.#abort = new AbortController();
      const { signal } = this.#abort;
      const stopped = new Promise((_, reject) =>
        signal.addEventListener("abort", () => reject(new Failure("cancelled"))),
      );
      try {
        await Promise.race([this.#write(signal), stopped]);
      } finally {
        this.#progress.value = undefined;
      }
    });
  }

  async #write(signal: AbortSignal): Promise<void> {
    const progress = (done: number, count: number): void => {
      if (!signal.aborted) this.#progress.value = { done, count };
    };
    await this.#packs.save(this.#place, () => this.#draft(), { progress, signal });
    const wanted = this.isNew && this.#about.peek().everywhere;
    if (wanted && !signal.aborted) await this.#packs.setEverywhere(this.#place, true);
  }

  /** Waits no longer for what is saved: a server that does not answer keeps nobody here. */
  stop(): void {
    this.#abort.abort();
  }

  #draft(): PackDraft {
    const { about, rows } = this.#beside();
    const { name, attribution, uses } = about;
    return {
      name: name.trim(),
      attribution: attribution.trim(),
      uses,
      images: rows.map(({ image, shortcode, description }) => ({
        image,
        shortcode,
        description: description.trim(),
      })),
    };
  }

  /** What is here, with what others changed meanwhile. Where they deleted the pack, it is made again. */
  #beside(): Edited {
    const edited = { about: this.#about.peek(), rows: this.#rows.peek() };
    if (this.isNew) return edited;
    const { roomId, key } = this.#place;
    const now = this.#packs
      .of(roomId)
      .peek()
      .find((pack) => pack.key === key);
    return now ? merged(this.#before, edited, this.#editedOf(now)) : edited;
  }

  #editedOf(pack: ImagePack | undefined): Edited {
    return {
      about: {
        name: pack?.ownName ?? "",
        attribution: pack?.attribution ?? "",
        uses: pack?.uses ?? { emoticons: true, stickers: true },
        everywhere: pack?.everywhere ?? true,
      },
      rows: (pack?.images ?? []).map((image) => this.#rowOf(image)),
    };
  }

  #rowOf(image: PackImage): PictureRow {
    const { shortcode, description } = image;
    // What nobody described is described by its short name.
    const said = description === shortcode ? "" : description;
    return { id: this.#next++, image, shortcode, description: said };
  }
}

function problemsIn(rows: readonly PictureRow[]): ReadonlyMap<number, ShortcodeProblem> {
  const [seen, problems] = [new Set<string>(), new Map<number, ShortcodeProblem>()];
  for (const { id, shortcode } of rows) {
    if (!isShortcode(shortcode)) problems.set(id, "invalid");
    else if (seen.has(shortcode)) problems.set(id, "taken");
    seen.add(shortcode);
  }
  return problems;
}
