// Packs that are wanted everywhere, or no longer: it is seen at once, and taken back where it did not work.
import {
  Failure,
  type FailureReason,
  type ImagePack,
  type ImagePacks,
  type Live,
  type PackPlace,
  signal,
} from "@herold/engine";

interface Turn {
  readonly on: boolean;
}

export class Turns {
  /** What is on its way. */
  readonly #turned = signal<ReadonlyMap<string, Turn>>(new Map());
  readonly #failure = signal<FailureReason | undefined>(undefined);

  /** Why the last one did not work. */
  readonly failure: Live<FailureReason | undefined> = this.#failure;

  /** The packs as they are to be seen. */
  seen(packs: readonly ImagePack[]): readonly ImagePack[] {
    const turned = this.#turned.value;
    return packs.map((pack) => {
      const everywhere = turned.get(placeOf(pack))?.on ?? pack.everywhere;
      return everywhere === pack.everywhere ? pack : { ...pack, everywhere };
    });
  }

  /** Several may be under way: each is done. */
  async turn(packs: ImagePacks, { roomId, key }: PackPlace, on: boolean): Promise<void> {
    const [place, turn] = [placeOf({ roomId, key }), { on }];
    this.#turned.value = new Map(this.#turned.peek()).set(place, turn);
    this.#failure.value = undefined;
    try {
      await packs.setEverywhere({ roomId, key }, on);
    } catch (error) {
      this.#failure.value = error instanceof Failure ? error.reason : "unknown";
    }
    // Whoever turned it again meanwhile sees that.
    if (this.#turned.peek().get(place) !== turn) return;
    this.#turned.value = new Map([...this.#turned.peek()].filter(([other]) => other !== place));
  }
}

const placeOf = ({ roomId, key }: PackPlace): string => `${roomId} ${key}`;
