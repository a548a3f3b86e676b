// A key that may not be given to somebody fails halfway: the crypto machine keeps the half that locks messages, and loses
// the half that opens them (`share_room_key`, matrix-sdk-crypto 0.18). What is locked with it later none of the person's
// own devices could read again, and no backup would have it. Such a key is thrown away, and the next message gets a whole one.
import type { MatrixClient, MatrixEvent, Room } from "matrix-js-sdk";

import { failureOf } from "../failures.ts";

/** The part of the encryption that is private to the SDK. */
interface Encrypting {
  encryptEvent(event: MatrixEvent, room: Room): Promise<void>;
  forceDiscardSession(roomId: string): Promise<void>;
}

const HALFWAY: ReadonlySet<unknown> = new Set(["unconfirmed-device", "identity-changed", "this-unconfirmed"]);

/** Of a client whose encryption is there. */
export function keepKeysWhole(client: MatrixClient): void {
  const crypto = client.getCrypto() as unknown as Encrypting | undefined;
  if (!crypto) return;
  const encrypt = crypto.encryptEvent.bind(crypto);
  crypto.encryptEvent = async (event, room) => {
    try {
      await encrypt(event, room);
    } catch (error) {
      if (HALFWAY.has(failureOf(error).reason)) await crypto.forceDiscardSession(room.roomId);
      throw error;
    }
  };
}
