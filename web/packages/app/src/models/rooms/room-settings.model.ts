// What a room is for everybody: its name, who may enter, who may do what, its addresses, and its end.
import {
  type Access,
  computed,
  type FailureReason,
  type HistoryVisibility,
  type Live,
  type Permission,
  type Room,
  type RoomSummary,
  type Session,
  signal,
} from "@herold/engine";

import { Attempt } from "../attempt.ts";
import { addressPart } from "./address.ts";
import { levelOfPermission, type PermissionRole } from "./permission-roles.ts";

/** What rooms of old versions cannot do: their rules do not know it. */
const WITHOUT_KNOCK: ReadonlySet<string> = new Set(["1", "2", "3", "4", "5", "6"]);
const WITHOUT_RESTRICTED: ReadonlySet<string> = new Set([...WITHOUT_KNOCK, "7"]);
const WITHOUT_BOTH: ReadonlySet<string> = new Set([...WITHOUT_RESTRICTED, "8", "9"]);

export interface Addresses {
  readonly all: readonly string[];
  readonly listed: boolean;
}

export class RoomSettingsModel {
  readonly #session: Session;
  readonly #attempt = new Attempt();
  readonly #addresses = signal<Addresses | undefined>(undefined);
  readonly #newerVersion = signal<string | undefined>(undefined);

  readonly room: Room;
  readonly busy: Live<boolean> = this.#attempt.busy;
  readonly failure: Live<FailureReason | undefined> = this.#attempt.failure;
  readonly addresses: Live<Addresses | undefined> = this.#addresses;
  /** The version that a new room would have, where this one's is older. */
  readonly newerVersion: Live<string | undefined> = this.#newerVersion;
  readonly accesses: Live<readonly Access[]>;
  /** Spaces whose members could be let in: those one is in, and those that are let in already. */
  readonly spaces: Live<readonly Pick<RoomSummary, "roomId" | "name">[]>;

  constructor(session: Session, room: Room) {
    this.#session = session;
    this.room = room;
    this.spaces = computed(() => {
      const mine = session.rooms.all.value.filter(
        (one) => one.space && one.membership === "joined" && one.roomId !== room.roomId,
      );
      const others = room.details.value.accessSpaces.filter(
        (id) => !mine.some(({ roomId }) => roomId === id),
      );
      return [...mine, ...others.map((roomId) => ({ roomId, name: roomId }))];
    });
    this.accesses = computed(() => {
      const { version, access } = room.details.value;
      const inSpace = this.spaces.value.length > 0;
      const possible: Access[] = ["invite"];
      if (!WITHOUT_KNOCK.has(version)) possible.push("knock");
      if (inSpace && !WITHOUT_RESTRICTED.has(version)) possible.push("restricted");
      if (inSpace && !WITHOUT_BOTH.has(version)) possible.push("knock-restricted");
      possible.push("public");
      return possible.includes(access) ? possible : [access, ...possible];
    });
  }

  /** What has to be asked for. */
  load(): Promise<boolean> {
    return this.#attempt.make(async () => {
      await this.#loadAddresses();
      if (this.room.details.peek().rights.upgrade) this.#newerVersion.value = await this.room.newerVersion();
    });
  }

  /** Only what is different is sent: others may change something else at the same time. */
  saveProfile(form: { name: string; topic: string; avatar: Blob | null | undefined }): Promise<boolean> {
    const [summary, details] = [this.room.summary.peek(), this.room.details.peek()];
    const [name, topic] = [form.name.trim(), form.topic.trim()];
    return this.#attempt.make(() =>
      this.room.change({
        ...(name !== summary.name ? { name } : {}),
        ...(topic !== (details.topic ?? "") ? { topic } : {}),
        ...(form.avatar !== undefined ? { avatar: form.avatar } : {}),
      }),
    );
  }

  setAccess(access: Access): Promise<boolean> {
    const { accessSpaces } = this.room.details.peek();
    const restricted = access === "restricted" || access === "knock-restricted";
    // Letting in the members of no space would let in nobody.
    const parents = this.room.summary.peek().parents;
    const first = parents.length > 0 ? parents : this.spaces.peek().map(({ roomId }) => roomId);
    const spaces = restricted && accessSpaces.length === 0 ? first.slice(0, 1) : accessSpaces;
    return this.#attempt.make(() => this.room.change({ access, accessSpaces: spaces }));
  }

  setAccessSpace(roomId: string, letIn: boolean): Promise<boolean> {
    const others = this.room.details.peek().accessSpaces.filter((one) => one !== roomId);
    return this.#attempt.make(() => this.room.change({ accessSpaces: letIn ? [...others, roomId] : others }));
  }

  setHistory(history: HistoryVisibility): Promise<boolean> {
    return this.#attempt.make(() => this.room.change({ history }));
  }

  encrypt(): Promise<boolean> {
    return this.#attempt.make(() => this.room.change({ encrypted: true }));
  }

  setPermission(permission: Permission, role: PermissionRole): Promise<boolean> {
    const level = levelOfPermission(role, this.room.details.peek());
    return this.#attempt.make(() => this.room.setPermissions({ [permission]: level }));
  }

  addAddress(typed: string): Promise<boolean> {
    return this.#changeAddresses(async () => {
      await this.room.addAddress(addressPart(typed));
    });
  }

  removeAddress(address: string): Promise<boolean> {
    return this.#changeAddresses(() => this.room.removeAddress(address));
  }

  setMainAddress(address: string | undefined): Promise<boolean> {
    return this.#changeAddresses(() => this.room.setMainAddress(address));
  }

  setListed(listed: boolean): Promise<boolean> {
    return this.#changeAddresses(() => this.room.setListed(listed));
  }

  /** The room that takes this one's place; everybody who is in this one is invited there, if that is wanted. */
  async upgrade(inviteAll: boolean): Promise<string | undefined> {
    const version = this.#newerVersion.peek();
    let successor: string | undefined;
    if (!version) return undefined;
    await this.#attempt.make(async () => {
      const members = inviteAll ? this.#others() : [];
      successor = await this.room.upgrade(version);
      for (const userId of members) await this.#inviteTo(successor, userId);
    });
    return successor;
  }

  #others(): string[] {
    return this.room.members
      .peek()
      .filter(({ membership, userId }) => membership === "joined" && userId !== this.#session.userId)
      .map(({ userId }) => userId);
  }

  /** Whoever cannot be invited finds the way from the old room. */
  async #inviteTo(roomId: string, userId: string): Promise<void> {
    await this.#session.rooms.invite(roomId, userId).catch(() => undefined);
  }

  async #loadAddresses(): Promise<void> {
    const [all, listed] = await Promise.all([this.room.addresses(), this.room.listed()]);
    this.#addresses.value = { all: [...all].sort(), listed };
  }

  #changeAddresses(act: () => Promise<void>): Promise<boolean> {
    return this.#attempt.make(async () => {
      await act();
      await this.#loadAddresses();
    });
  }
}
