// The identities of other people: confirmed, not confirmed, or not the one that they were.
import { type ChangedIdentity, Failure, type IdentityState, type Live, signal } from "@herold/engine";
import { KnownMembership, type MatrixClient, type RoomMember, RoomStateEvent } from "matrix-js-sdk";
import { CryptoEvent, type UserVerificationStatus } from "matrix-js-sdk/lib/crypto-api/index.js";

import { equal } from "../equal.ts";
import { profileIn } from "../summaries.ts";
import { cryptoOf } from "./look.ts";

/** Members looked at before the browser may do something else. */
const TURN = 50;

export class Identities {
  readonly #client: MatrixClient;
  readonly #people = new Map<string, Live<IdentityState>>();
  readonly #rooms = new Map<string, Live<readonly ChangedIdentity[]>>();

  constructor(client: MatrixClient) {
    this.#client = client;
  }

  identity(userId: string): Live<IdentityState> {
    const known = this.#people.get(userId);
    if (known) return known;
    const look = async (): Promise<void> => {
      state.value = stateOf(await cryptoOf(this.#client).getUserVerificationStatus(userId));
    };
    const changed = (changedId: string): void => {
      if (changedId === userId) ignoring(look());
    };
    const state = signal<IdentityState>("unknown", {
      watched: () => {
        this.#client.on(CryptoEvent.UserTrustStatusChanged, changed);
        ignoring(this.#asked(userId).then(look));
      },
      unwatched: () => {
        this.#client.off(CryptoEvent.UserTrustStatusChanged, changed);
      },
    });
    this.#people.set(userId, state);
    return state;
  }

  async accept(userId: string): Promise<void> {
    const crypto = cryptoOf(this.#client);
    const status = await crypto.getUserVerificationStatus(userId);
    if (!status.known) throw new Failure("not-found", { detail: "nothing is known of this identity" });
    if (status.wasCrossSigningVerified() && !status.isVerified()) {
      await crypto.withdrawVerificationRequirement(userId);
    }
    await crypto.pinCurrentUserIdentity(userId);
  }

  changedIn(roomId: string): Live<readonly ChangedIdentity[]> {
    const known = this.#rooms.get(roomId);
    if (known) return known;
    const found = new Map<string, ChangedIdentity>();
    const tell = (): void => {
      const now = [...found.values()];
      if (!equal(now, state.peek())) state.value = now;
    };
    const look = async (userId: string): Promise<void> => {
      const room = this.#client.getRoom(roomId);
      const member = room?.getMember(userId);
      // What became of one's own identity is told of elsewhere: this device has to be confirmed anew.
      const present =
        userId !== this.#client.getUserId() &&
        (member?.membership === KnownMembership.Join || member?.membership === KnownMembership.Invite);
      const identity = present
        ? stateOf(await cryptoOf(this.#client).getUserVerificationStatus(userId))
        : "unknown";
      if (!room || (identity !== "changed" && identity !== "changed-after-confirmation")) {
        found.delete(userId);
        return;
      }
      found.set(userId, {
        ...profileIn(room, userId),
        wasConfirmed: identity === "changed-after-confirmation",
      });
    };
    const lookAtAll = async (): Promise<void> => {
      const room = this.#client.getRoom(roomId);
      // Whoever is only invited is not told who is here.
      if (!room?.hasEncryptionStateEvent() || room.getMyMembership() !== KnownMembership.Join) return;
      await room.loadMembersIfNeeded();
      for (const [place, { userId }] of room.getMembers().entries()) {
        await look(userId);
        if (place % TURN === TURN - 1) {
          tell();
          await new Promise((resume) => setTimeout(resume));
        }
      }
      tell();
    };
    const encrypted = (): boolean => this.#client.getRoom(roomId)?.hasEncryptionStateEvent() === true;
    const changed = (userId: string): void => {
      if (encrypted() && this.#client.getRoom(roomId)?.getMember(userId)) ignoring(look(userId).then(tell));
    };
    const moved = (_event: unknown, { roomId: where }: { roomId: string }, member: RoomMember) => {
      // Those who are loaded all at once are looked at one after the other when they are there.
      if (where !== roomId || !encrypted() || member.isOutOfBand()) return;
      const me = member.userId === this.#client.getUserId();
      ignoring(me ? lookAtAll() : look(member.userId).then(tell));
    };
    const state = signal<readonly ChangedIdentity[]>([], {
      watched: () => {
        this.#client.on(CryptoEvent.UserTrustStatusChanged, changed);
        this.#client.on(RoomStateEvent.Members, moved);
        ignoring(lookAtAll());
      },
      unwatched: () => {
        this.#client.off(CryptoEvent.UserTrustStatusChanged, changed);
        this.#client.off(RoomStateEvent.Members, moved);
      },
    });
    this.#rooms.set(roomId, state);
    return state;
  }

  /** The identity of somebody with whom no encrypted room is shared is not followed by itself. */
  async #asked(userId: string): Promise<void> {
    const crypto = cryptoOf(this.#client);
    if (!(await crypto.getUserVerificationStatus(userId)).known) {
      await crypto.userHasCrossSigningKeys(userId, true);
    }
  }
}

export function stateOf(status: UserVerificationStatus): IdentityState {
  if (status.isVerified()) return "confirmed";
  if (status.wasCrossSigningVerified()) return "changed-after-confirmation";
  if (status.needsUserApproval) return "changed";
  return status.known ? "unconfirmed" : "unknown";
}

/** What cannot be found out now is found out when something changes; there is nobody to tell. */
function ignoring(work: Promise<unknown>): void {
  work.catch(() => undefined);
}
