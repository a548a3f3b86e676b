// What may be said of how encrypted messages came here. The SDK answers later: a shield is "none" until it did.
import type { Shield } from "@herold/engine";
import type { MatrixClient, MatrixEvent } from "matrix-js-sdk";
import { EventShieldColour, EventShieldReason } from "matrix-js-sdk/lib/crypto-api/index.js";

const REASONS: Record<EventShieldReason, Shield> = {
  [EventShieldReason.UNKNOWN]: "unknown-device",
  [EventShieldReason.UNVERIFIED_IDENTITY]: "none",
  [EventShieldReason.UNSIGNED_DEVICE]: "unconfirmed-device",
  [EventShieldReason.UNKNOWN_DEVICE]: "unknown-device",
  [EventShieldReason.AUTHENTICITY_NOT_GUARANTEED]: "not-vouched",
  [EventShieldReason.MISMATCHED_SENDER_KEY]: "unknown-device",
  [EventShieldReason.SENT_IN_CLEAR]: "not-encrypted",
  [EventShieldReason.VERIFICATION_VIOLATION]: "identity-changed",
  [EventShieldReason.MISMATCHED_SENDER]: "unknown-device",
};

export class Shields {
  readonly #client: MatrixClient;
  readonly #changed: (eventId: string) => void;
  readonly #known = new Map<string, Shield>();

  constructor(client: MatrixClient, changed: (eventId: string) => void) {
    this.#client = client;
    this.#changed = changed;
  }

  of(event: MatrixEvent, roomEncrypted: boolean): Shield {
    const eventId = event.getId();
    if (!eventId || event.isState() || event.isRedacted()) return "none";
    if (!event.isEncrypted()) return roomEncrypted && event.status === null ? "not-encrypted" : "none";
    if (event.isDecryptionFailure() || event.isBeingDecrypted()) return "none";
    const known = this.#known.get(eventId);
    if (known) return known;
    this.#known.set(eventId, "none");
    void this.#ask(event, eventId);
    return "none";
  }

  /** Identities or devices changed: everything is asked anew. */
  clear(): void {
    this.#known.clear();
  }

  async #ask(event: MatrixEvent, eventId: string): Promise<void> {
    const info = await this.#client.getCrypto()?.getEncryptionInfoForEvent(event);
    if (!info || info.shieldColour === EventShieldColour.NONE || info.shieldReason === null) return;
    const shield = REASONS[info.shieldReason];
    if (shield === "none") return;
    this.#known.set(eventId, shield);
    this.#changed(eventId);
  }
}
