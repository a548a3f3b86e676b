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

import { samePack } from "./offers.ts";

export type OfferedState =
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly reason: FailureReason }
  | { readonly kind: "ready" };

export class OfferedModel {
  readonly #session: Session;
  readonly #all = signal<ImagePacks | undefined>(undefined);
  readonly #failure = signal<FailureReason | undefined>(undefined);
  readonly #notChanged = signal<FailureReason | undefined>(undefined);
  /** What was turned and is on its way, the newest first. */
  readonly #turning = signal<readonly ImagePack[]>([]);
  /** What one took back a moment ago: it stays in its place, in case it was a slip. */
  readonly #takenBack: ImagePack[] = [];
  #shown: readonly ImagePack[] = [];

  readonly state: Live<OfferedState>;
  /** Those that came first stay first as long as somebody chooses: nothing moves under their finger. */
  readonly packs: Live<readonly ImagePack[]>;
  /** Why it did not work when whether a pack is offered everywhere was changed last. */
  readonly notChanged: Live<FailureReason | undefined> = this.#notChanged;

  constructor(session: Session, roomId: string) {
    this.#session = session;
    this.state = computed(() => {
      const reason = this.#failure.value;
      if (this.#all.value) return { kind: "ready" };
      return reason ? { kind: "failed", reason } : { kind: "loading" };
    });
    this.packs = computed(() => {
      this.#shown = this.#inPlace(this.#all.value?.offeredIn(roomId).value ?? []);
      const turning = this.#turning.value;
      return this.#shown.map((pack) => {
        const everywhere = find(turning, pack)?.everywhere ?? pack.everywhere;
        return everywhere === pack.everywhere ? pack : { ...pack, everywhere };
      });
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

  /** It is seen at once, and taken back where it did not work. Several may be under way: each is done. */
  async setEverywhere(pack: ImagePack, everywhere: boolean): Promise<void> {
    const turned = { ...pack, everywhere };
    if (!everywhere) this.#takenBack.push(turned);
    this.#turning.value = [turned, ...this.#turning.peek()];
    this.#notChanged.value = undefined;
    try {
      await this.#all.peek()?.setEverywhere(pack, everywhere);
    } catch (error) {
      this.#notChanged.value = error instanceof Failure ? error.reason : "unknown";
    } finally {
      this.#turning.value = this.#turning.peek().filter((one) => one !== turned);
    }
  }

  #inPlace(packs: readonly ImagePack[]): readonly ImagePack[] {
    const kept = this.#shown.flatMap((shown) => find(packs, shown) ?? find(this.#takenBack, shown) ?? []);
    return [...kept, ...packs.filter((pack) => !find(kept, pack))];
  }
}

const find = (packs: readonly ImagePack[], wanted: ImagePack): ImagePack | undefined =>
  packs.find((pack) => samePack(pack, wanted));
