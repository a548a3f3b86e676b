// The packs of pictures that are offered in a room, while somebody chooses from them.
import {
  computed,
  Failure,
  type FailureReason,
  type ImagePack,
  type ImagePacks,
  type Live,
  type Session,
  signal,
} from "@herold/engine";

import { Turns } from "../packs/turns.ts";
import { samePack } from "./offers.ts";

export type OfferedState =
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly reason: FailureReason }
  | { readonly kind: "ready" };

export class OfferedModel {
  readonly #session: Session;
  readonly #all = signal<ImagePacks | undefined>(undefined);
  readonly #failure = signal<FailureReason | undefined>(undefined);
  readonly #turns = new Turns();
  /** What one took back a moment ago: it stays in its place, in case it was a slip. */
  readonly #takenBack: ImagePack[] = [];
  #shown: readonly ImagePack[] = [];

  readonly state: Live<OfferedState>;
  /** Those that came first stay first as long as somebody chooses: nothing moves under their finger. */
  readonly packs: Live<readonly ImagePack[]>;
  /** Why it did not work when whether a pack is offered everywhere was changed last. */
  readonly notChanged: Live<FailureReason | undefined> = this.#turns.failure;

  constructor(session: Session, roomId: string) {
    this.#session = session;
    this.state = computed(() => {
      const reason = this.#failure.value;
      if (this.#all.value) return { kind: "ready" };
      return reason ? { kind: "failed", reason } : { kind: "loading" };
    });
    this.packs = computed(() => {
      this.#shown = this.#inPlace(this.#all.value?.offeredIn(roomId).value ?? []);
      return this.#turns.seen(this.#shown);
    });
  }

  async load(): Promise<void> {
    this.#failure.value = undefined;
    try {
      this.#all.value = await this.#session.imagePacks();
    } catch (error) {
      this.#failure.value = error instanceof Failure ? error.reason : "unknown";
    }
  }

  async setEverywhere(pack: ImagePack, everywhere: boolean): Promise<void> {
    const packs = this.#all.peek();
    if (!packs) return;
    if (!everywhere) this.#takenBack.push({ ...pack, everywhere });
    await this.#turns.turn(packs, pack, everywhere);
  }

  #inPlace(packs: readonly ImagePack[]): readonly ImagePack[] {
    const kept = this.#shown.flatMap((shown) => find(packs, shown) ?? find(this.#takenBack, shown) ?? []);
    return [...kept, ...packs.filter((pack) => !find(kept, pack))];
  }
}

const find = (packs: readonly ImagePack[], wanted: ImagePack): ImagePack | undefined =>
  packs.find((pack) => samePack(pack, wanted));
