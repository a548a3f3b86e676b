// Calls between two. What they are made of is loaded with the first of them; until then only what is said of calls is
// listened to.
import { type Call, type Calls, Failure, type Live, type Profile, signal } from "@herold/engine";
import { ClientEvent, type MatrixClient, type MatrixEvent, RoomEvent } from "matrix-js-sdk";
import type { MatrixCall } from "matrix-js-sdk/lib/webrtc/call.js";

import { failing } from "./failures.ts";
import { localPart, profileIn } from "./summaries.ts";
import type { Calling, MatrixCallView } from "./webrtc.ts";

/** Nobody lets it ring longer: what is older rings no more. */
const RINGING_MS = 90_000;

export class MatrixCalls implements Calls {
  readonly #client: MatrixClient;
  readonly #current = signal<MatrixCallView | undefined>(undefined);
  #calling: Promise<Calling> | undefined;
  /** In the answer of the server that is being read. */
  #heard: MatrixEvent[] = [];
  #turn: Promise<void> = Promise.resolve();

  readonly current: Live<Call | undefined> = this.#current;

  constructor(client: MatrixClient) {
    this.#client = client;
    client.on(RoomEvent.Timeline, (event, _room, _toStart, removed, { liveEvent }) => {
      const may = this.#calling !== undefined || event.getLocalAge() < RINGING_MS;
      if (liveEvent && !removed && may && client.isInitialSyncComplete()) this.#heard.push(event);
    });
    // A call that came and ended within one answer does not ring.
    client.on(ClientEvent.Sync, () => {
      const events = this.#heard;
      this.#heard = [];
      // What cannot be loaded or read cannot ring: the conversation says that somebody called.
      if (events.length > 0) this.#turn = this.#turn.then(() => this.#look(events).catch(() => undefined));
    });
    client.on(ClientEvent.ReceivedVoipEvent, (event) => this.#hear(event));
    addEventListener("pagehide", this.#leave);
  }

  get supported(): boolean {
    return "RTCPeerConnection" in globalThis && navigator.mediaDevices !== undefined;
  }

  async start(roomId: string, { video }: { readonly video: boolean }): Promise<void> {
    if (this.#busy()) throw new Failure("forbidden", { detail: "there is a call already" });
    const calling = this.supported ? await failing(() => this.#load()) : undefined;
    const call = calling?.create(roomId);
    if (!calling || !call) throw new Failure("unknown", { detail: "this browser cannot call" });
    const started = calling.show(call, this.#otherIn(call), { video });
    this.#current.value = started;
    // What went wrong is told by the call itself.
    await (video ? call.placeVideoCall() : call.placeVoiceCall()).catch(() => undefined);
    started.look();
  }

  forget(): void {
    if (!this.#busy()) this.#current.value = undefined;
  }

  stop(): void {
    removeEventListener("pagehide", this.#leave);
    this.#leave();
  }

  readonly #leave = (): void => this.#current.peek()?.hangUp();

  async #look(events: MatrixEvent[]): Promise<void> {
    await Promise.all(events.map((event) => this.#client.decryptEventIfNeeded(event)));
    const me = this.#client.getSafeUserId();
    const ofCalls = events.filter((event) => event.getType().startsWith("m.call."));
    const called = ofCalls.some((event) => event.getType() === "m.call.invite" && event.getSender() !== me);
    if (!this.supported || (!called && !this.#calling)) return;
    await (await this.#load()).heard(ofCalls);
  }

  /** Loads it once; what did not come is asked for again with the next call. */
  async #load(): Promise<Calling> {
    this.#calling ??= import("./webrtc.ts").then(
      ({ Calling }) => new Calling(this.#client, (call) => void this.#ring(call)),
    );
    try {
      return await this.#calling;
    } catch (error) {
      this.#calling = undefined;
      throw error;
    }
  }

  #busy(): boolean {
    const call = this.#current.peek();
    return call !== undefined && call.state.peek().phase !== "ended";
  }

  async #ring(call: MatrixCall): Promise<void> {
    const calling = await this.#load();
    if (call.callHasEnded()) return;
    // One at a time: who calls meanwhile is told so, and finds a missed call in the conversation.
    if (this.#busy()) calling.refuse(call);
    else this.#current.value = calling.show(call, this.#otherIn(call));
  }

  /** The SDK ends a call alike whoever declined it: that it was oneself, on another device, is known only here. */
  #hear(event: MatrixEvent): void {
    const mine = event.getSender() === this.#client.getUserId();
    if (event.getType() !== "m.call.reject" || !mine) return;
    const shown = this.#current.peek();
    if (shown?.callId === event.getContent().call_id) shown?.declinedElsewhere();
  }

  #otherIn(call: MatrixCall): Profile {
    const room = this.#client.getRoom(call.roomId);
    const me = this.#client.getSafeUserId();
    const userId =
      call.getOpponentMember()?.userId ??
      room?.getJoinedMembers().find((member) => member.userId !== me)?.userId ??
      room?.getDMInviter() ??
      me;
    return room ? profileIn(room, userId) : { userId, name: localPart(userId), avatar: undefined };
  }
}
