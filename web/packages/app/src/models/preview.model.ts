// A room that one is not in: what may be told of it, and the ways in.
import {
  computed,
  type FailureReason,
  type Live,
  type RoomPreview,
  type Session,
  signal,
} from "@herold/engine";

import { Attempt } from "./attempt.ts";

/** What can be done about a room that one is not in. */
export type WayIn = "open" | "accept" | "join" | "knock" | "waiting" | "banned" | "closed";

export class PreviewModel {
  readonly #session: Session;
  readonly #address: string;
  readonly #servers: readonly string[];
  readonly #preview = signal<RoomPreview | undefined>(undefined);
  readonly #loading = new Attempt();
  readonly #entering = new Attempt();

  readonly preview: Live<RoomPreview | undefined> = this.#preview;
  readonly way: Live<WayIn | undefined>;
  /** Why nothing can be told of it. */
  readonly failure: Live<FailureReason | undefined> = this.#loading.failure;
  readonly busy: Live<boolean> = this.#entering.busy;
  readonly refused: Live<FailureReason | undefined> = this.#entering.failure;

  /** By id or address; `first` is what is known already. */
  constructor(session: Session, address: string, servers: readonly string[] = [], first?: RoomPreview) {
    this.#session = session;
    this.#address = address;
    this.#servers = servers;
    this.#preview.value = first;
    this.way = computed(() => {
      const room = this.#preview.value;
      // Whoever is in none of the spaces whose members may enter can still ask.
      const notMember = this.refused.value === "forbidden" && room?.access === "knock-restricted";
      const way = room && wayInto(room);
      return way === "join" && notMember ? "knock" : way;
    });
  }

  load(): Promise<boolean> {
    return this.#loading.make(async () => {
      this.#preview.value = await this.#session.rooms.preview(this.#address, this.#servers);
    });
  }

  /** The room, once one is in it. */
  async join(): Promise<string | undefined> {
    let roomId: string | undefined;
    await this.#entering.make(async () => {
      roomId = await this.#session.rooms.join(this.#address, this.#servers);
    });
    this.#became(roomId, "joined");
    return roomId;
  }

  async knock(reason: string): Promise<boolean> {
    let roomId: string | undefined;
    const asked = await this.#entering.make(async () => {
      roomId = await this.#session.rooms.knock(this.#address, reason.trim(), this.#servers);
    });
    this.#became(roomId, "knocking");
    return asked;
  }

  #became(roomId: string | undefined, membership: RoomPreview["membership"]): void {
    const preview = this.#preview.peek();
    if (roomId && preview) this.#preview.value = { ...preview, membership };
  }
}

export function wayInto({ membership, access }: RoomPreview): WayIn {
  switch (membership) {
    case "joined":
      return "open";
    case "invited":
      return "accept";
    case "knocking":
      return "waiting";
    case "banned":
      return "banned";
    default:
      // Whether one is a member of a space that lets in, the server knows best.
      if (access === "invite") return "closed";
      return access === "knock" ? "knock" : "join";
  }
}
