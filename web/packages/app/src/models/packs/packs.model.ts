// The packs of pictures that a room has, as its settings show them.
import {
  computed,
  Failure,
  type FailureReason,
  type ImagePack,
  type ImagePacks,
  type Live,
  type Room,
  type Session,
  signal,
} from "@herold/engine";

import { Attempt } from "../attempt.ts";
import { PackEditorModel } from "./pack-editor.model.ts";
import { Turns } from "./turns.ts";

/** What was done to a pack, for those who listen. */
export interface PackNews {
  readonly what: "saved" | "removed";
  readonly name: string;
}

export class PacksModel {
  readonly #session: Session;
  readonly #packs = signal<ImagePacks | undefined>(undefined);
  readonly #turns = new Turns();
  readonly #failure = signal<FailureReason | undefined>(undefined);
  readonly #news = signal<PackNews | undefined>(undefined);

  readonly room: Room;
  readonly removing = new Attempt();
  /** Nothing as long as it is not known. */
  readonly all: Live<readonly ImagePack[] | undefined>;
  readonly mayChange: Live<boolean>;
  /** Why what is shown here is not there, or was not turned. */
  readonly failure: Live<FailureReason | undefined>;
  readonly news: Live<PackNews | undefined> = this.#news;

  constructor(session: Session, room: Room) {
    this.#session = session;
    this.room = room;
    this.mayChange = computed(() => room.details.value.rights.setImagePacks);
    this.failure = computed(() => this.#failure.value ?? this.#turns.failure.value);
    this.all = computed(() => {
      const packs = this.#packs.value;
      return packs && this.#turns.seen(packs.of(room.roomId).value);
    });
  }

  async load(): Promise<void> {
    this.#failure.value = undefined;
    try {
      this.#packs.value = await this.#session.imagePacks();
    } catch (error) {
      this.#failure.value = error instanceof Failure ? error.reason : "unknown";
    }
  }

  async setEverywhere(pack: ImagePack, on: boolean): Promise<void> {
    const packs = this.#packs.peek();
    if (packs) await this.#turns.turn(packs, pack, on);
  }

  remove({ roomId, key, name }: ImagePack): Promise<boolean> {
    return this.removing.make(async () => {
      await this.#packs.peek()?.remove({ roomId, key });
      this.#news.value = { what: "removed", name };
    });
  }

  /** Nothing before the packs are there. Without a pack, a new one is made. */
  editor(pack: ImagePack | undefined): PackEditorModel | undefined {
    const packs = this.#packs.peek();
    return packs && new PackEditorModel(packs, this.#session.media, { room: this.room, pack });
  }

  tellSaved(name: string): void {
    this.#news.value = { what: "saved", name };
  }
}
