// The key of the account's safe (secret storage), for as long as something is done with it and not a moment longer.
//
// It has to exist before the client, which asks it whenever a secret is locked or unlocked. Nothing here may be kept
// beyond one operation, or written anywhere.
import type { CryptoCallbacks } from "matrix-js-sdk/lib/crypto-api/index.js";

export interface HeldKey {
  readonly id: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export class SecretStorageKeys {
  #held: Map<string, Uint8Array<ArrayBuffer>> | undefined;

  readonly callbacks: CryptoCallbacks = {
    getSecretStorageKey: async ({ keys }) => {
      for (const [id, bytes] of this.#held ?? []) {
        if (id in keys) return [id, bytes];
      }
      return null;
    },
    cacheSecretStorageKey: (id, _info, bytes) => {
      this.#held?.set(id, bytes);
    },
  };

  /** Does something while the key is at hand; also while a new one is being made, which is then held as well. */
  async holding<T>(key: HeldKey | undefined, act: () => Promise<T>): Promise<T> {
    const held = new Map(key ? [[key.id, key.bytes]] : []);
    this.#held = held;
    try {
      return await act();
    } finally {
      this.#held = undefined;
      for (const bytes of held.values()) bytes.fill(0);
    }
  }
}
