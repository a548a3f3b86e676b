// All verifications that are under way: asked here, or by somebody else.
import {
  Failure,
  type Live,
  type Profile,
  signal,
  type Verification,
  type Verifications,
} from "@herold/engine";
import type { MatrixClient } from "matrix-js-sdk";
import { CryptoEvent, type VerificationRequest } from "matrix-js-sdk/lib/crypto-api/index.js";

import { cryptoOf } from "../encryption/look.ts";
import { failing } from "../failures.ts";
import { localPart } from "../names.ts";
import { profileIn } from "../summaries.ts";
import { MatrixVerification } from "./verification.ts";

/** How many questions of others are shown at a time: more than one is rare, and a flood must not cover the screen. */
const INCOMING_MAX = 3;

export class MatrixVerifications implements Verifications {
  readonly #client: MatrixClient;
  readonly #directWith: (userId: string) => Promise<string>;
  readonly #open = signal<readonly MatrixVerification[]>([]);

  readonly open: Live<readonly Verification[]> = this.#open;

  /** `directWith` answers with the conversation with somebody, where they are asked. */
  constructor(client: MatrixClient, directWith: (userId: string) => Promise<string>) {
    this.#client = client;
    this.#directWith = directWith;
    client.on(CryptoEvent.VerificationRequestReceived, (request) => {
      // Another own device is at it already.
      if (!request.pending) return;
      const asked = this.#open.peek().filter((verification) => !verification.over);
      if (asked.length < INCOMING_MAX) this.#track(request);
    });
  }

  ownDevices(): Promise<Verification> {
    const asked = this.#underWay(({ ownDevice }) => ownDevice);
    if (asked) return Promise.resolve(asked);
    return failing(async () => this.#track(await cryptoOf(this.#client).requestOwnUserVerification()));
  }

  device(deviceId: string): Promise<Verification> {
    const asked = this.#underWay((other) => other.ownDevice && other.deviceId === deviceId);
    if (asked) return Promise.resolve(asked);
    const me = this.#client.getSafeUserId();
    return failing(async () =>
      this.#track(await cryptoOf(this.#client).requestDeviceVerification(me, deviceId)),
    );
  }

  person(userId: string): Promise<Verification> {
    const asked = this.#underWay(({ other }) => other.userId === userId);
    if (asked) return Promise.resolve(asked);
    return failing(async () => {
      const crypto = cryptoOf(this.#client);
      if (!(await crypto.userHasCrossSigningKeys(userId, true))) {
        throw new Failure("not-found", { detail: "the person has no identity yet" });
      }
      const roomId = await this.#directWith(userId);
      return this.#track(await crypto.requestVerificationDM(userId, roomId));
    });
  }

  #underWay(wanted: (verification: MatrixVerification) => boolean): MatrixVerification | undefined {
    return this.#open.peek().find((verification) => !verification.over && wanted(verification));
  }

  #track(request: VerificationRequest): MatrixVerification {
    const known = this.#open.peek().find(({ id }) => id === request.transactionId);
    if (known) return known;
    const verification = new MatrixVerification(request, this.#profile(request), (over) => {
      this.#open.value = this.#open.peek().filter((other) => other !== over);
    });
    this.#open.value = [...this.#open.peek(), verification];
    return verification;
  }

  /** As they are called in the conversation in which one of the two asked. */
  #profile({ roomId, otherUserId: userId }: VerificationRequest): Profile {
    const room = roomId === undefined ? null : this.#client.getRoom(roomId);
    return room ? profileIn(room, userId) : { userId, name: localPart(userId), avatar: undefined };
  }
}
