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

/** What was done to a pack, for those who listen. */
export interface PackNews {
  readonly what: "saved" | "removed";
  readonly name: string;
}

interface Turn {
  readonly on: boolean;
}

export class PacksModel {
  readonly #session: Session;
  readonly #packs = signal<ImagePacks | undefined>(undefined);
  /** What was turned and is on its way, by the key of the pack. */
  readonly #turned = signal<ReadonlyMap<string, Turn>>(new Map());
  readonly #failure = signal<FailureReason | undefined>(undefined);
  readonly #news = signal<PackNews | undefined>(undefined);

  readonly room: Room;
  readonly removing = new Attempt();
  /** Nothing as long as it is not known. */
  readonly all: Live<readonly ImagePack[] | undefined>;
  readonly mayChange: Live<boolean>;
  /** Why what is shown here is not there, or was not turned. */
  readonly failure: Live<FailureReason | undefined> = this.#failure;
  readonly news: Live<PackNews | undefined> = this.#news;

  constructor(session: Session, room: Room) {
    this.#session = session;
    this.room = room;
    this.mayChange = computed(() => room.details.value.rights.setImagePacks);
    this.all = computed(() => {
      const turned = this.#turned.value;
      return this.#packs.value?.of(room.roomId).value.map((pack) => {
        const everywhere = turned.get(pack.key)?.on ?? pack.everywhere;
        return everywhere === pack.everywhere ? pack : { ...pack, everywhere };
      });
    });
  }

  async load(): Promise<void> {
    await this.#try(async () => {
      this.#packs.value = await this.#session.imagePacks();
    });
  }

  /** It is seen at once, and taken back where it did not work. */
  async setEverywhere({ roomId, key }: ImagePack, on: boolean): Promise<void> {
    const packs = this.#packs.peek();
    if (!packs) return;
    const turn: Turn = { on };
    this.#turned.value = new Map(this.#turned.peek()).set(key, turn);
    await this.#try(() => packs.setEverywhere({ roomId, key }, on));
    // Whoever turned it again meanwhile sees that.
    if (this.#turned.peek().get(key) !== turn) return;
    this.#turned.value = new Map([...this.#turned.peek()].filter(([other]) => other !== key));
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

  async #try(act: () => Promise<void>): Promise<void> {
    this.#failure.value = undefined;
    try {
      await act();
    } catch (error) {
      this.#failure.value = error instanceof Failure ? error.reason : "unknown";
    }
  }
}
