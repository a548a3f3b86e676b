// The list of rooms as a live value: what changed is looked at anew, once for each turn of the event loop.
import {
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
import { equal } from "./equal.ts";
import { children, find, preview } from "./exploring.ts";
import { failing } from "./failures.ts";
import { type Surroundings, summaryOf } from "./summaries.ts";
import { viaOf } from "./via.ts";

export class MatrixRooms implements Rooms {
  readonly #client: MatrixClient;
  readonly #summaries = new Map<string, RoomSummary>();
  readonly #dirty = new Set<string>();
  readonly #all = signal<readonly RoomSummary[]>([]);
  readonly #complete = signal(false);
  #allDirty = true;
  #scheduled = false;

  readonly all: Live<readonly RoomSummary[]> = this.#all;
  readonly complete: Live<boolean> = this.#complete;

  constructor(client: MatrixClient) {
    this.#client = client;
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
    client.on(RoomStateEvent.Events, (event) => {
      touched(event.getRoomId());
      if (event.getType() === "m.space.child") this.#touchAll();
    });
    client.on(MatrixEventEvent.Decrypted, (event) => touched(event.getRoomId()));
    client.on(ClientEvent.AccountData, (event) => {
      if (event.getType() === "m.direct" || event.getType() === "m.push_rules") this.#touchAll();
    });
    client.on(ClientEvent.Sync, (state) => {
      if (state !== SyncState.Prepared && state !== SyncState.Syncing) return;
      this.#complete.value = true;
      this.#schedule();
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

  find(query: { words: string; server?: string; after?: string }): Promise<Page<RoomPreview>> {
    return find(this.#client, query);
  }

  preview(roomIdOrAlias: string, servers: readonly string[] = []): Promise<RoomPreview> {
    return preview(this.#client, roomIdOrAlias, servers);
  }

  children(spaceId: string, after?: string): Promise<Page<SpaceChild>> {
    return children(this.#client, spaceId, after);
  }

  async directWith(userId: string): Promise<string> {
    const known = [...around(this.#client).direct]
      .filter(([, other]) => other === userId)
      .map(([roomId]) => this.#client.getRoom(roomId))
      .find((room) => room?.getMyMembership() === KnownMembership.Join && !hasLeft(room, userId));
    if (known) return known.roomId;
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
    await failing(() => this.#noteDirect(userId, roomId));
    return roomId;
  }

  async #noteDirect(userId: string, roomId: string): Promise<void> {
    const noted =
      this.#client.getAccountData("m.direct" as never)?.getContent<Record<string, string[]>>() ?? {};
    const rooms = new Set([...(noted[userId] ?? []), roomId]);
    await this.#client.setAccountData("m.direct" as never, { ...noted, [userId]: [...rooms] } as never);
  }

  join(roomIdOrAlias: string, servers: readonly string[] = []): Promise<string> {
    const options = { viaServers: [...servers] };
    return failing(async () => (await this.#client.joinRoom(roomIdOrAlias, options)).roomId);
  }

  knock(roomIdOrAlias: string, reason: string, servers: readonly string[] = []): Promise<string> {
    const options = { viaServers: [...servers], ...(reason ? { reason } : {}) };
    return failing(async () => (await this.#client.knockRoom(roomIdOrAlias, options)).room_id);
  }

  /** Looks at a room again, though the SDK said nothing. */
  #touch(roomId: string | undefined): void {
    if (!roomId) return;
    this.#dirty.add(roomId);
    this.#schedule();
  }

  #touchAll(): void {
    this.#allDirty = true;
    this.#schedule();
  }

  #schedule(): void {
    // Before the first answer of the server everything changes with every step: one look at its end is enough.
    if (this.#scheduled || !this.#client.isInitialSyncComplete()) return;
    this.#scheduled = true;
    setTimeout(() => {
      this.#scheduled = false;
      this.#refresh();
    });
  }

  #refresh(): void {
    const surroundings = around(this.#client);
    const rooms = this.#client.getRooms();
    let changed = false;
    const present = new Set<string>();
    for (const room of rooms) {
      if (!isShown(room)) continue;
      present.add(room.roomId);
      if (!this.#allDirty && !this.#dirty.has(room.roomId) && this.#summaries.has(room.roomId)) continue;
      const summary = summaryOf(this.#client, room, surroundings);
      if (equal(summary, this.#summaries.get(room.roomId))) continue;
      this.#summaries.set(room.roomId, summary);
      changed = true;
    }
    for (const roomId of this.#summaries.keys()) {
      if (present.has(roomId)) continue;
      this.#summaries.delete(roomId);
      changed = true;
    }
    this.#allDirty = false;
    this.#dirty.clear();
    if (changed) this.#all.value = [...this.#summaries.values()];
  }
}

/** Rooms that were left are not listed, nor those that were replaced by one the person is in. */
function isShown(room: Room): boolean {
  const membership = room.getMyMembership();
  return (
    membership === KnownMembership.Join ||
    membership === KnownMembership.Invite ||
    membership === KnownMembership.Knock
  );
}

function hasLeft(room: Room, userId: string): boolean {
  const membership = room.getMember(userId)?.membership;
  return membership !== KnownMembership.Join && membership !== KnownMembership.Invite;
}

function around(client: MatrixClient): Surroundings {
  const direct = new Map<string, string>();
  const noted = client.getAccountData("m.direct" as never)?.getContent<Record<string, string[]>>() ?? {};
  for (const [userId, rooms] of Object.entries(noted)) {
    if (Array.isArray(rooms)) for (const roomId of rooms) direct.set(roomId, userId);
  }
  const muted = new Set(
    (client.pushRules?.global.override ?? [])
      .filter((rule) => rule.enabled && rule.actions.length === 0 && rule.conditions?.length === 1)
      .map((rule) => rule.rule_id),
  );
  const parents = new Map<string, string[]>();
  for (const space of client.getRooms().filter((room) => room.isSpaceRoom())) {
    for (const child of space.currentState.getStateEvents("m.space.child")) {
      const roomId = child.getStateKey();
      if (roomId && Array.isArray(child.getContent().via))
        parents.set(roomId, [...(parents.get(roomId) ?? []), space.roomId]);
    }
  }
  return { direct, muted, parents };
}
