// Somebody, seen from a room: who they are, what they may do here, and what one may do about them.
import {
  computed,
  type FailureReason,
  type Live,
  type Member,
  type Presence,
  type Profile,
  type Room,
  type RoomSummary,
  type Session,
  signal,
} from "@herold/engine";

import { Attempt } from "../attempt.ts";
import { type GivenRole, levelOf, type Role, roleOf, rolesFor, standsBelow } from "../rooms/roles.ts";

export interface Possible {
  readonly write: boolean;
  readonly kick: boolean;
  readonly ban: boolean;
  readonly unban: boolean;
  /** Rooms that one may invite them to. */
  readonly invite: boolean;
}

export class PersonModel {
  readonly #session: Session;
  readonly #room: Room;
  readonly #profile;
  readonly #shared = signal<readonly string[]>([]);
  readonly #zone = signal<string | undefined>(undefined);
  readonly #attempt = new Attempt();

  readonly userId: string;
  readonly isMe: boolean;
  /** As they are in this room; nothing when they are not. */
  readonly member: Live<Member | undefined>;
  readonly profile: Live<Profile>;
  readonly role: Live<Role | undefined>;
  readonly roles: Live<readonly GivenRole[]>;
  readonly can: Live<Possible>;
  readonly presence: Live<Presence>;
  readonly timeZone: Live<string | undefined> = this.#zone;
  readonly ignored: Live<boolean>;
  readonly sharedRooms: Live<readonly RoomSummary[]>;
  readonly invitable: Live<readonly RoomSummary[]>;
  readonly busy: Live<boolean> = this.#attempt.busy;
  readonly failure: Live<FailureReason | undefined> = this.#attempt.failure;

  constructor(session: Session, room: Room, userId: string) {
    this.#session = session;
    this.#room = room;
    this.userId = userId;
    this.isMe = userId === session.userId;
    this.#profile = signal<Profile>({ userId, name: userId, avatar: undefined });
    this.member = computed(() => room.members.value.find((member) => member.userId === userId));
    this.profile = computed(() => this.member.value ?? this.#profile.value);
    this.presence = session.people.presence(userId);
    this.ignored = computed(() => session.people.ignored.value.includes(userId));
    this.role = computed(() => {
      const member = this.member.value;
      return member?.membership === "joined" ? roleOf(member.powerLevel, room.details.value) : undefined;
    });
    this.roles = computed(() => {
      const member = this.member.value;
      return member?.membership === "joined" ? rolesFor(member, session.userId, room.details.value) : [];
    });
    this.can = computed(() => this.#possible());
    const rooms = computed(() => session.rooms.all.value.filter((one) => one.membership === "joined"));
    this.sharedRooms = computed(() => {
      const shared = new Set(this.#shared.value);
      return rooms.value.filter(({ roomId, direct }) => shared.has(roomId) && direct === undefined);
    });
    this.invitable = computed(() => {
      const shared = new Set(this.#shared.value);
      return rooms.value.filter(
        ({ roomId, direct }) =>
          direct === undefined &&
          !shared.has(roomId) &&
          session.room(roomId)?.details.value.rights.invite === true,
      );
    });
  }

  /** What has to be asked for; what does not come is left out. */
  async load(): Promise<void> {
    const { people } = this.#session;
    await Promise.allSettled([
      people.profile(this.userId).then((profile) => {
        this.#profile.value = profile;
      }),
      people.timeZone(this.userId).then((zone) => {
        this.#zone.value = zone;
      }),
      ...(this.isMe ? [] : [this.#loadShared()]),
    ]);
  }

  /** The conversation with them. */
  async write(): Promise<string | undefined> {
    let roomId: string | undefined;
    await this.#attempt.make(async () => {
      roomId = await this.#session.rooms.directWith(this.userId);
    });
    return roomId;
  }

  setRole(role: GivenRole): Promise<boolean> {
    const level = levelOf(role, this.#room.details.peek());
    return this.#attempt.make(() => this.#room.setPowerLevel(this.userId, level));
  }

  kick(reason: string): Promise<boolean> {
    return this.#attempt.make(() => this.#room.kick(this.userId, reason.trim() || undefined));
  }

  ban(reason: string): Promise<boolean> {
    return this.#attempt.make(() => this.#room.ban(this.userId, reason.trim() || undefined));
  }

  unban(): Promise<boolean> {
    return this.#attempt.make(() => this.#room.unban(this.userId));
  }

  setIgnored(ignored: boolean): Promise<boolean> {
    return this.#attempt.make(() => this.#session.people.setIgnored(this.userId, ignored));
  }

  report(reason: string): Promise<boolean> {
    return this.#attempt.make(() => this.#session.people.report(this.userId, reason.trim()));
  }

  async inviteTo(roomId: string): Promise<boolean> {
    return this.#attempt.make(async () => {
      await this.#session.room(roomId)?.invite(this.userId);
      await this.#loadShared();
    });
  }

  async #loadShared(): Promise<void> {
    this.#shared.value = await this.#session.people.sharedRooms(this.userId);
  }

  #possible(): Possible {
    const member = this.member.value;
    const details = this.#room.details.value;
    const inside = member?.membership === "joined" || member?.membership === "invited";
    const below = member !== undefined && !this.isMe && standsBelow(member.powerLevel, details);
    const banned = member?.membership === "banned";
    return {
      write: !this.isMe && this.#room.summary.value.direct !== this.userId,
      kick: below && details.rights.kick && (inside || member?.membership === "knocking"),
      ban: below && details.rights.ban && !banned,
      unban: banned && details.rights.ban && below,
      invite: !this.isMe && this.invitable.value.length > 0,
    };
  }
}
