// The list of rooms as a live value: what changed is looked at anew, once for each turn of the event loop.
import {
  computed,
  type Live,
  type NewRoom,
  type Page,
  type RoomPreview,
  type RoomSummary,
  type Rooms,
  type SpaceChild,
  signal,
} from "@herold/engine";
import {
  ClientEvent,
  KnownMembership,
  type MatrixClient,
  MatrixEventEvent,
  Preset,
  type Room,
  RoomEvent,
  RoomStateEvent,
  SyncState,
} from "matrix-js-sdk";

import { creation } from "./creating.ts";
import { directRooms, noteDirect } from "./direct.ts";
import { equal } from "./equal.ts";
import { children, find, preview } from "./exploring.ts";
import { failing } from "./failures.ts";
import type { Listed } from "./kept-list.ts";
import { replacementOf } from "./replaced.ts";
import { membershipOf, SPACE_ORDER, summaryOf } from "./summaries.ts";
import { Surroundings } from "./surroundings.ts";
import type { ThreadCounts } from "./thread-counts.ts";
import { viaOf } from "./via.ts";

/** Rooms that are looked at in one turn: of thousands that changed at once, as with a start, the page takes a breath between. */
const LOOK_ROOMS = 128;

export class MatrixRooms implements Rooms {
  readonly #client: MatrixClient;
  readonly #counts: ThreadCounts;
  readonly #around: Surroundings;
  readonly #looked;
  readonly #complete = signal(false);
  readonly #dirty = new Set<string>();
  #scheduled = false;
  /** By the store or by the server. */
  #told = false;

  readonly all: Live<readonly RoomSummary[]>;
  readonly complete: Live<boolean> = this.#complete;

  /** `kept` stands until the server, or the store of what it said, tells otherwise. */
  constructor(client: MatrixClient, counts: ThreadCounts, kept: readonly Listed[] = []) {
    this.#client = client;
    this.#counts = counts;
    this.#around = new Surroundings(client);
    this.#looked = signal<ReadonlyMap<string, Listed>>(
      new Map(kept.map((listed) => [listed.summary.roomId, listed])),
    );
    this.all = computed(() =>
      [...this.#looked.value.values()].filter(({ replaced }) => !replaced).map(({ summary }) => summary),
    );
    const touched = (roomId: string | undefined): void => this.#touch(roomId);
    const room = (changed: Room): void => touched(changed.roomId);
    client.on(ClientEvent.Room, (changed) => {
      changed.on(RoomEvent.UnreadNotifications, () => room(changed));
      room(changed);
    });
    client.on(ClientEvent.DeleteRoom, touched);
    client.on(RoomEvent.Name, room);
    client.on(RoomEvent.MyMembership, room);
    client.on(RoomEvent.Timeline, (_event, changed, toStart) => {
      if (!toStart) touched(changed?.roomId);
    });
    client.on(RoomEvent.Receipt, (_event, changed) => room(changed));
    client.on(RoomEvent.Tags, (_event, changed) => room(changed));
    client.on(RoomEvent.AccountData, (_event, changed) => room(changed));
    client.on(RoomEvent.Redaction, (_event, changed) => room(changed));
    client.on(RoomStateEvent.Events, (event) => touched(event.getRoomId()));
    client.on(MatrixEventEvent.Decrypted, (event) => touched(event.getRoomId()));
    client.on(ClientEvent.AccountData, () => this.#schedule());
    client.on(ClientEvent.Sync, (state) => {
      if (state !== SyncState.Prepared && state !== SyncState.Syncing) return;
      if (!this.#told) this.#begin();
      this.#schedule();
    });
  }

  /** As it stands at this moment, to be kept; nothing before anybody told. */
  now(): readonly Listed[] | undefined {
    if (!this.#told) return undefined;
    do this.#refresh();
    while (this.#dirty.size > 0);
    return [...this.#looked.peek().values()];
  }

  /** The room as it is listed, or would be; nothing while it is not known. */
  summary(roomId: string): Live<RoomSummary> | undefined {
    const first = this.#looked.peek().get(roomId)?.summary;
    if (!first) return undefined;
    let latest = first;
    return computed(() => {
      // Once it was left it is not in the list any more: what else was known of it stands.
      const listed = this.#looked.value.get(roomId)?.summary;
      const membership = membershipOf(this.#client.getRoom(roomId)?.getMyMembership() ?? "leave");
      latest = listed ?? { ...latest, membership };
      return latest;
    });
  }

  async create(wanted: NewRoom): Promise<string> {
    const { parent, avatar } = wanted;
    const via = viaOf(this.#client, parent ? this.#client.getRoom(parent) : null);
    const { room_id: roomId } = await failing(
      async () =>
        this.#client.createRoom(creation(wanted, { via, avatar: avatar && (await this.#upload(avatar)) })),
      { M_ROOM_IN_USE: "name-taken", M_BAD_ALIAS: "name-invalid" },
    );
    if (parent) {
      const child = { via: viaOf(this.#client, null) };
      await failing(() =>
        this.#client.sendStateEvent(parent, "m.space.child" as never, child as never, roomId),
      );
    }
    return roomId;
  }

  async #upload(image: Blob): Promise<string> {
    return (await this.#client.uploadContent(image, { includeFilename: false, type: image.type }))
      .content_uri;
  }

  find(query: { words: string; after?: string }): Promise<Page<RoomPreview>> {
    return find(this.#client, query);
  }

  preview(roomIdOrAlias: string, servers: readonly string[] = []): Promise<RoomPreview> {
    return preview(this.#client, roomIdOrAlias, servers);
  }

  children(spaceId: string, after?: string): Promise<Page<SpaceChild>> {
    return children(this.#client, spaceId, after);
  }

  async directWith(userId: string): Promise<string> {
    const known = await failing(() => this.#knownDirect(userId));
    if (known) return known;
    const { room_id: roomId } = await failing(() =>
      this.#client.createRoom({
        ...creation(
          { name: "", access: "invite", encrypted: true, invite: [userId] },
          { via: [], avatar: undefined },
        ),
        preset: Preset.TrustedPrivateChat,
        is_direct: true,
      }),
    );
    await failing(() => noteDirect(this.#client, userId, roomId));
    return roomId;
  }

  /** A conversation with somebody where both still are. */
  async #knownDirect(userId: string): Promise<string | undefined> {
    for (const roomId of directRooms(this.#client, userId)) {
      const room = this.#client.getRoom(roomId);
      if (room?.getMyMembership() !== KnownMembership.Join) continue;
      // Who said nothing of late is not here before that.
      await room.loadMembersIfNeeded();
      const membership = room.getMember(userId)?.membership;
      if (membership === KnownMembership.Join || membership === KnownMembership.Invite) return roomId;
    }
    return undefined;
  }

  join(roomIdOrAlias: string, servers: readonly string[] = []): Promise<string> {
    const options = { viaServers: [...servers] };
    return failing(async () => (await this.#client.joinRoom(roomIdOrAlias, options)).roomId);
  }

  async setSpaceOrder(roomId: string, order: string): Promise<void> {
    const content = { order } as never;
    await failing(() => this.#client.setRoomAccountData(roomId, SPACE_ORDER as never, content));
  }

  async invite(roomId: string, userId: string): Promise<void> {
    await failing(() => this.#client.invite(roomId, userId));
  }

  knock(roomIdOrAlias: string, reason: string, servers: readonly string[] = []): Promise<string> {
    const options = { viaServers: [...servers], ...(reason ? { reason } : {}) };
    return failing(async () => (await this.#client.knockRoom(roomIdOrAlias, options)).room_id);
  }

  #begin(): void {
    this.#told = true;
    // What was kept of rooms that are not there any more.
    for (const roomId of this.#looked.peek().keys())
      if (!this.#client.getRoom(roomId)) this.#dirty.add(roomId);
  }

  #touch(roomId: string | undefined): void {
    if (!roomId) return;
    this.#dirty.add(roomId);
    this.#schedule();
  }

  #schedule(): void {
    // Before the first answer of the server everything changes with every step: one look at its end is enough.
    if (this.#scheduled || !this.#told) return;
    this.#scheduled = true;
    setTimeout(() => {
      this.#scheduled = false;
      this.#refresh();
    });
  }

  /** Looks at the rooms that changed, and at those that are told of elsewhere in another way than before. */
  #refresh(): void {
    for (const roomId of this.#around.readAccount()) this.#dirty.add(roomId);
    const rooms = this.#takeDirty();
    for (const roomId of [...rooms])
      for (const child of this.#around.readSpace(roomId, this.#client.getRoom(roomId))) rooms.add(child);
    const looked = new Map(this.#looked.peek());
    let changed = false;
    // Rooms that are added on the way are walked as well.
    for (const roomId of rooms) {
      const now = this.#look(roomId);
      if (equal(now, looked.get(roomId))) continue;
      if (now) looked.set(roomId, now);
      else looked.delete(roomId);
      changed = true;
      // Whether this one was entered decides whether the one before it is listed.
      const predecessor = this.#client.getRoom(roomId)?.findPredecessor()?.roomId;
      if (predecessor) rooms.add(predecessor);
    }
    if (changed) this.#looked.value = looked;
    if (this.#dirty.size > 0) this.#schedule();
    else this.#complete.value = true;
  }

  #takeDirty(): Set<string> {
    const taken = new Set<string>();
    for (const roomId of this.#dirty) {
      if (taken.size === LOOK_ROOMS) break;
      taken.add(roomId);
      this.#dirty.delete(roomId);
    }
    return taken;
  }

  #look(roomId: string): Listed | undefined {
    const room = this.#client.getRoom(roomId);
    if (!room || !LISTED.has(room.getMyMembership())) return undefined;
    return {
      summary: summaryOf(this.#client, room, this.#around.of(roomId), this.#counts),
      replaced: replacementOf(this.#client, room) !== undefined,
    };
  }
}

/** Rooms that were left are not listed. */
const LISTED: ReadonlySet<string> = new Set([
  KnownMembership.Join,
  KnownMembership.Invite,
  KnownMembership.Knock,
]);
