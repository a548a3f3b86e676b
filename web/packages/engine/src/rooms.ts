// Rooms: the list of them, and one of them.
import type { Access, Membership } from "./entering.ts";
import type { Exploring } from "./exploring.ts";
import type { HistoryEvent, Period } from "./history.ts";
import type { Live } from "./live.ts";
import type { Profile } from "./people.ts";
import type { Permissions } from "./permissions.ts";
import type { NewPoll } from "./polls.ts";
import type { Draft, Files, NewLocation, NewSticker } from "./sending.ts";
import type { Content, MessageVersion, ThreadList, Timeline, TimelineItem } from "./timeline.ts";

export interface Unread {
  /** Messages that want to be told about. */
  readonly notifications: number;
  /** Those which mention the person, or match one of their words. */
  readonly mentions: number;
  /** Set by hand, or there is something new that does not want to be told about. */
  readonly marked: boolean;
}

/** What happened last, to be told in one line. */
export interface LastEvent {
  readonly sender: Profile;
  readonly mine: boolean;
  readonly atMs: number;
  readonly content: Content;
}

export interface RoomSummary {
  readonly roomId: string;
  readonly name: string;
  readonly avatar: string | undefined;
  readonly membership: Membership;
  /** The other person of a conversation between two. */
  readonly direct: string | undefined;
  readonly space: boolean;
  /** Spaces that this room stands in. */
  readonly parents: readonly string[];
  readonly encrypted: boolean;
  readonly favourite: boolean;
  readonly lowPriority: boolean;
  /** Place among the favourites. */
  readonly order: number | undefined;
  /** Place among the spaces, as the person put them; ordered by code points. */
  readonly spaceOrder: string | undefined;
  readonly muted: boolean;
  readonly unread: Unread;
  readonly last: LastEvent | undefined;
  /** What the list is sorted by: the time of the last thing that counts as news. */
  readonly recencyMs: number;
  readonly invitedBy: Profile | undefined;
  readonly invitationReason: string | undefined;
}

export interface NewRoom {
  readonly name: string;
  readonly topic?: string;
  readonly avatar?: Blob;
  readonly access: Access;
  /** The spaces whose members may enter, where the access says so. */
  readonly spaces?: readonly string[];
  /** Whether everybody finds it among the rooms of this server. */
  readonly listed?: boolean;
  /** Local part of its address. */
  readonly alias?: string;
  readonly encrypted: boolean;
  readonly invite: readonly string[];
  readonly space?: boolean;
  /** The space that the room is to stand in. */
  readonly parent?: string;
}

export interface Rooms extends Exploring {
  /** All rooms the person is in or invited to, in no order. */
  readonly all: Live<readonly RoomSummary[]>;
  /** Whether the list is complete: false until the server's first answer. */
  readonly complete: Live<boolean>;
  /** Fails with `name-taken` when the address belongs to another room. */
  create(room: NewRoom): Promise<string>;
  /** The conversation with somebody: the one there is, or a new one. */
  directWith(userId: string): Promise<string>;
  /** By id or address; servers say who may know the way. */
  join(roomIdOrAlias: string, servers?: readonly string[]): Promise<string>;
  setSpaceOrder(roomId: string, order: string): Promise<void>;
  /** Also to a room that this device has not heard of yet. */
  invite(roomId: string, userId: string): Promise<void>;
  /** Asks those inside to be let in. */
  knock(roomIdOrAlias: string, reason: string, servers?: readonly string[]): Promise<string>;
}

export interface Member extends Profile {
  readonly membership: "joined" | "invited" | "knocking" | "left" | "banned";
  /** Infinite for those who made a room in which nobody stands above them. */
  readonly powerLevel: number;
  /** What they said when they knocked, or why somebody banned them. */
  readonly reason: string | undefined;
  /** Two members have the same name, so the id has to be said with it. */
  readonly nameIsShared: boolean;
}

/** What the person may do here. */
export interface Rights {
  readonly send: boolean;
  /** Also where they are encrypted, and no server could tell them from words: it is what the room asks for. */
  readonly sendStickers: boolean;
  readonly react: boolean;
  readonly redactOthers: boolean;
  readonly invite: boolean;
  readonly kick: boolean;
  readonly ban: boolean;
  readonly pin: boolean;
  readonly rename: boolean;
  readonly setTopic: boolean;
  readonly setAvatar: boolean;
  readonly setAccess: boolean;
  readonly setHistory: boolean;
  readonly setPowerLevels: boolean;
  readonly setAddresses: boolean;
  readonly setChildren: boolean;
  readonly setImagePacks: boolean;
  readonly upgrade: boolean;
  readonly encrypt: boolean;
  readonly notifyRoom: boolean;
}

export type HistoryVisibility = "joined" | "invited" | "shared" | "world";

export interface RoomDetails {
  readonly topic: string | undefined;
  readonly alias: string | undefined;
  readonly memberCount: number;
  readonly access: Access;
  /** The spaces whose members may enter, where the access says so. */
  readonly accessSpaces: readonly string[];
  readonly myPowerLevel: number;
  /** From which power level on one may do what. */
  readonly permissions: Permissions;
  /** What members have who were given no power level. */
  readonly defaultPowerLevel: number;
  /** Those whose power has no end and cannot be taken; nobody in older rooms. */
  readonly creators: readonly string[];
  readonly history: HistoryVisibility;
  readonly rights: Rights;
  readonly pinned: readonly string[];
  readonly version: string;
  /** The room that took this one's place. */
  readonly successor: string | undefined;
  /** The room whose place this one took. */
  readonly predecessor: string | undefined;
  readonly notify: "all" | "mentions" | "none" | "default";
}

export interface Room {
  readonly roomId: string;
  readonly summary: Live<RoomSummary>;
  readonly details: Live<RoomDetails>;
  /** Everybody who is or was here; loaded when first looked at. */
  readonly members: Live<readonly Member[]>;
  /** Who is writing right now, without the person themselves. */
  readonly typing: Live<readonly Profile[]>;
  /** The conversation, at its newest end. The same object as long as the session lives. */
  readonly timeline: Timeline;
  /**
   * The conversation around one event; fails with `not-found`. There is one at a time: the one before does not change
   * any more.
   */
  timelineAt(eventId: string): Promise<Timeline>;
  /** The answers under one message. */
  thread(rootId: string): Timeline;
  /** Those around one of them, as `timelineAt` has it. */
  threadAt(rootId: string, eventId: string): Promise<Timeline>;
  /** Loaded when it is first looked at. */
  readonly threads: ThreadList;

  send(draft: Draft): Promise<void>;
  sendFiles(files: Files): Promise<void>;
  sendSticker(sticker: NewSticker): Promise<void>;
  react(eventId: string, key: string): Promise<void>;
  /** Takes back one's own reaction with this key. */
  unreact(eventId: string, key: string): Promise<void>;
  /** Removes a message and all that it was changed into; `versions-left` says that some of that may be there still. */
  redact(eventId: string, reason?: string): Promise<void>;
  setTyping(typing: boolean): void;
  /** Says that everything up to this event was read; `privately` says it to nobody but the own devices. */
  markRead(eventId: string, options: { privately: boolean; thread?: string }): Promise<void>;
  markUnread(unread: boolean): Promise<void>;
  setFavourite(favourite: boolean, order?: number): Promise<void>;
  setLowPriority(low: boolean): Promise<void>;
  setNotify(notify: RoomDetails["notify"]): Promise<void>;

  accept(): Promise<void>;
  leave(): Promise<void>;
  forget(): Promise<void>;
  invite(userId: string, reason?: string): Promise<void>;
  kick(userId: string, reason?: string): Promise<void>;
  ban(userId: string, reason?: string): Promise<void>;
  unban(userId: string): Promise<void>;
  setPowerLevel(userId: string, powerLevel: number): Promise<void>;
  pin(eventId: string, pinned: boolean): Promise<void>;
  change(change: RoomChange): Promise<void>;
  report(reason: string): Promise<void>;
  setPermissions(change: Partial<Permissions>): Promise<void>;
  /** The addresses on this server. */
  addresses(): Promise<readonly string[]>;
  /** Local part of a new address; fails with `name-taken`. */
  addAddress(localPart: string): Promise<void>;
  removeAddress(address: string): Promise<void>;
  /** The one that is shown; nothing for none. */
  setMainAddress(address: string | undefined): Promise<void>;
  /** Whether everybody finds it among the rooms of this server. */
  listed(): Promise<boolean>;
  setListed(listed: boolean): Promise<void>;
  /** The newest version of rooms that the server makes, where it is not this one's. */
  newerVersion(): Promise<string | undefined>;
  /** Makes a room that takes this one's place, and answers with it. */
  upgrade(version: string): Promise<string>;
  /** Puts a room into this space, moves it there, or takes it out. */
  setChild(
    roomId: string,
    child: { readonly order?: string; readonly suggested?: boolean } | undefined,
  ): Promise<void>;
  /** All that was said in a period, the oldest first; ends with the reason of the signal when that is aborted. */
  history(period: Period, signal: AbortSignal): AsyncIterable<readonly HistoryEvent[]>;
  /** One message, wherever it is in the conversation; fails with `not-found`. */
  message(eventId: string): Promise<TimelineItem>;
  /** Everything a message ever said, the oldest first. */
  versions(eventId: string): Promise<readonly MessageVersion[]>;
  /** Says messages again in other rooms, in their order. */
  forward(eventIds: readonly string[], toRooms: readonly string[]): Promise<void>;
  /** Tells those who run the server about a message. */
  reportMessage(eventId: string, reason: string): Promise<void>;
  /** The first message at a time or after it, else the last before it; fails with `not-found`. */
  messageAt(atMs: number): Promise<string>;
  /** The root of the thread that a message stands in; nothing when it stands in the room itself. */
  threadOf(eventId: string): Promise<string | undefined>;
  startPoll(poll: NewPoll): Promise<void>;
  /** Replaces what was chosen before; nothing chosen takes the vote back. */
  vote(pollId: string, answers: readonly string[]): Promise<void>;
  endPoll(pollId: string): Promise<void>;
  /** Says where somebody is. */
  sendLocation(location: NewLocation): Promise<void>;
  /** An address of the room, or of one message in it, that any Matrix app opens. */
  linkTo(eventId?: string): string;
}

/** What is to be different; what is not named stays. */
export interface RoomChange {
  readonly name?: string;
  readonly topic?: string;
  readonly avatar?: Blob | null;
  readonly access?: Access;
  readonly accessSpaces?: readonly string[];
  readonly history?: HistoryVisibility;
  /** There is no way back. */
  readonly encrypted?: true;
}
