// Calls between two. What they are made of is loaded with the first of them; until then only what is said of calls is
// listened to.
import { type Call, type Calls, Failure, type Live, type Profile, signal } from "@herold/engine";
import {
  ClientEvent,
  JoinRule,
  type MatrixClient,
  type MatrixEvent,
  RoomEvent,
  type RoomMember,
  RoomStateEvent,
} from "matrix-js-sdk";
import type { MatrixCall } from "matrix-js-sdk/lib/webrtc/call.js";

import { failing } from "./failures.ts";
import { localPart } from "./names.ts";
import { profileIn } from "./summaries.ts";
import type { Calling, MatrixCallView } from "./webrtc.ts";

/** What is older rings no more, however long it says that it does. */
const RINGING_MAX_MS = 120_000;

export class MatrixCalls implements Calls {
  readonly #client: MatrixClient;
  readonly #directIn: (roomId: string) => string | undefined;
  readonly #current = signal<MatrixCallView | undefined>(undefined);
  readonly #others = signal<readonly MatrixCallView[]>([]);
  #calling: Promise<Calling> | undefined;
  /** In the answer of the server that is being read. */
  #heard: MatrixEvent[] = [];
  #turn: Promise<void> = Promise.resolve();

  readonly current: Live<Call | undefined> = this.#current;
  readonly others: Live<readonly Call[]> = this.#others;

  constructor(client: MatrixClient, directIn: (roomId: string) => string | undefined) {
    this.#client = client;
    this.#directIn = directIn;
    client.on(RoomEvent.Timeline, (event, _room, _toStart, removed, { liveEvent }) => {
      const may = this.#calling !== undefined || event.getLocalAge() < RINGING_MAX_MS;
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
    client.on(RoomStateEvent.Members, (_event, _state, member) => this.#moved(member));
    addEventListener("pagehide", this.#leave);
  }

  get supported(): boolean {
    return "RTCPeerConnection" in globalThis && navigator.mediaDevices !== undefined;
  }

  async start(roomId: string, { video }: { readonly video: boolean }): Promise<void> {
    if (this.#busy()) throw new Failure("forbidden", { detail: "there is a call already" });
    const calling = this.supported ? await failing(() => this.#load()) : undefined;
    const to = this.#otherIn(roomId);
    const call = calling?.create(roomId, to, (theirs) => this.#answered(calling, theirs, video));
    if (!calling || !call) throw new Failure("unknown", { detail: "this browser cannot call" });
    const started = calling.begun(call, this.#profile(roomId, to), video);
    this.#show(started);
    // What went wrong is told by the call itself.
    await (video ? call.placeVideoCall() : call.placeVoiceCall()).catch(() => undefined);
    started.look();
  }

  async take(call: Call, inFront: "hold" | "end"): Promise<void> {
    const taken = this.#others.peek().find((other) => other === call);
    if (!taken) return;
    const front = this.#current.peek();
    const aside = front && (await this.#setAside(front, inFront));
    const others = this.#others.peek().filter((other) => other !== taken);
    this.#others.value = aside ? [aside, ...others] : others;
    this.#current.value = taken;
    // The camera is turned on by whoever wants to be seen: there was no time to look into the mirror.
    await (taken.state.peek().phase === "ringing-in" ? taken.accept(false) : taken.hold(false));
  }

  forget(): void {
    if (this.#busy()) return;
    const others = this.#others.peek();
    const next = others.find((call) => call.state.peek().phase === "ringing-in") ?? others[0];
    this.#others.value = others.filter((call) => call !== next);
    this.#current.value = next;
  }

  stop(): void {
    removeEventListener("pagehide", this.#leave);
    this.#leave();
  }

  /** What rings here may be answered on another device. */
  readonly #leave = (): void => {
    for (const call of this.#all()) if (call.state.peek().phase !== "ringing-in") call.hangUp();
  };

  #all(): readonly MatrixCallView[] {
    const front = this.#current.peek();
    return front ? [front, ...this.#others.peek()] : this.#others.peek();
  }

  /** What stays behind the one that is taken to the front. */
  async #setAside(front: MatrixCallView, wanted: "hold" | "end"): Promise<MatrixCallView | undefined> {
    const { phase } = front.state.peek();
    if (phase === "ringing-in") return front;
    if (phase === "connected" && wanted === "hold") {
      await front.hold(true);
      return front;
    }
    front.hangUp();
    return undefined;
  }

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
    // Where everybody may come in, anybody could let everybody's telephones ring: the conversation shows the call.
    const open = this.#client.getRoom(call.roomId)?.getJoinRule() === JoinRule.Public;
    if (call.callHasEnded() || open) return;
    const front = this.#current.peek();
    // Both call, and here the microphone is not even there yet: theirs is the one.
    if (front?.roomId === call.roomId && front.waitsForDevices && !front.incoming) {
      front.replaceBy(call);
      return;
    }
    const from = call.getOpponentMember()?.userId ?? this.#otherIn(call.roomId);
    const rings = calling.came(call, this.#profile(call.roomId, from));
    if (this.#busy()) this.#others.value = [...this.#others.peek(), rings];
    else this.#current.value = rings;
    this.#follow(rings);
  }

  #show(call: MatrixCallView): void {
    this.#current.value = call;
    this.#follow(call);
  }

  /** What ended behind another one is nothing to look at. */
  #follow(call: MatrixCallView): void {
    call.state.subscribe(({ phase }) => {
      const others = this.#others.peek();
      if (phase === "ended" && others.includes(call))
        this.#others.value = others.filter((other) => other !== call);
    });
  }

  /** Both called at the same time, and theirs is the call that is used: to the person it is one that was answered. */
  #answered(calling: Calling, theirs: MatrixCall, video: boolean): void {
    const ours = this.#current.peek();
    if (!ours) return;
    const call = calling.came(theirs, ours.other);
    this.#show(call);
    void call.accept(video).catch(() => undefined);
  }

  /** What the SDK does not look at. */
  #hear(event: MatrixEvent): void {
    const { call_id: callId, reason, party_id: party } = event.getContent();
    const call = this.#all().find((shown) => shown.callId === callId);
    const mine = event.getSender() === this.#client.getUserId();
    // The SDK ends a call alike whoever declined it: that it was oneself, on another device, is known only here.
    if (event.getType() === "m.call.reject" && mine) call?.declinedElsewhere();
    if (mine || !call || call.incoming || call.state.peek().phase !== "ringing-out") return;
    if (event.getType() === "m.call.reject") this.#choose(call, party);
    if (event.getType() === "m.call.hangup" && reason === "user_busy") call.busyThere();
  }

  /** Whoever answered on another device in the same moment learns that the other answer was the first. */
  #choose({ roomId, callId }: Call, party: unknown): void {
    if (typeof party !== "string") return;
    const content = {
      version: "1",
      call_id: callId,
      party_id: this.#client.deviceId,
      selected_party_id: party,
    };
    this.#client.sendEvent(roomId, "m.call.select_answer" as never, content as never).catch(() => undefined);
  }

  /** Who leaves the room has left its call. */
  #moved({ roomId, userId, membership }: RoomMember): void {
    if (membership !== "leave" && membership !== "ban") return;
    for (const call of this.#all()) {
      const concerned = userId === call.other.userId || userId === this.#client.getUserId();
      if (call.roomId === roomId && concerned) call.end();
    }
  }

  #otherIn(roomId: string): string | undefined {
    const me = this.#client.getSafeUserId();
    const joined = this.#client.getRoom(roomId)?.getJoinedMembers() ?? [];
    return this.#directIn(roomId) ?? joined.find((member) => member.userId !== me)?.userId;
  }

  #profile(roomId: string, userId: string = this.#client.getSafeUserId()): Profile {
    const room = this.#client.getRoom(roomId);
    return room ? profileIn(room, userId) : { userId, name: localPart(userId), avatar: undefined };
  }
}
