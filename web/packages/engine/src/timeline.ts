// A conversation, as a list of things to show. Pure data: how it looks is the view's matter.
import type { Live } from "./live.ts";
import type { MediaSource } from "./media.ts";
import type { Profile } from "./people.ts";

export interface Timeline {
  /** Oldest first. An item that did not change stays the same object. */
  readonly items: Live<readonly TimelineItem[]>;
  readonly older: Live<Paging>;
  /** `end` when the newest message is in the list, and new ones come by themselves. */
  readonly newer: Live<Paging>;
  /**
   * Takes in so many events, fewer at the end of what was fetched; more where nothing is to be seen in them. It comes
   * back from a long stretch of those as well: `items` is another list then, with the same in it.
   */
  loadOlder(count: number): Promise<void>;
  loadNewer(count: number): Promise<void>;
  /** Forgets what is older or newer than an item: a list that only grows gets slower. It can be loaded again. */
  letGo(which: "older" | "newer", itemId: string): void;
  /** Goes back to the newest messages, where it has let them go; nothing for a part around an event. */
  toNewest(): Promise<void>;
  /** The last event the person had read when they came here. */
  readonly readUpTo: Live<string | undefined>;
  /** Sends again what could not be sent, or what waits. */
  retry(itemId: string): Promise<void>;
  /** Gives up what could not be sent or waits, or stops an upload. */
  discard(itemId: string): Promise<void>;
}

export type Paging = "idle" | "loading" | "end" | "failed";

export interface TimelineItem {
  /** Stays the same from the local echo on. */
  readonly id: string;
  /** Empty until the server has it. */
  readonly eventId: string | undefined;
  readonly sender: Profile;
  readonly mine: boolean;
  readonly atMs: number;
  readonly content: Content;
  readonly state: SendState;
  readonly edited: boolean;
  readonly encryption: Shield;
  readonly reply: Reply | undefined;
  readonly thread: ThreadSummary | undefined;
  readonly reactions: readonly Reaction[];
  /** Who has read up to here, without the person themselves and the sender. */
  readonly readBy: readonly Reader[];
  readonly mentionsMe: boolean;
  readonly can: { readonly edit: boolean; readonly redact: boolean };
}

export interface Reader extends Profile {
  readonly atMs: number;
}

/** What a message said at a time: what it was first, and after each edit. */
export interface MessageVersion {
  readonly atMs: number;
  readonly words: Words;
}

export type SendState =
  | { readonly kind: "sent" }
  | {
      readonly kind: "sending" /** Part of an upload that is done, from 0 to 1. */;
      readonly progress: number | undefined;
      /** It has not left yet, and can be held back. */
      readonly mayStop: boolean;
    }
  /** For a connection: it goes out by itself when there is one. */
  | {
      readonly kind: "waiting";
      /** There was no room to keep it: who leaves the page loses it. */
      readonly lostWithPage: boolean;
    }
  | { readonly kind: "failed"; readonly reason: import("./failure.ts").FailureReason };

/** What may be said about how a message came here. */
export type Shield =
  | "none"
  /** Sent from a device its owner has not confirmed. */
  | "unconfirmed-device"
  /** Sent from a device that is not known, or is gone. */
  | "unknown-device"
  /** The sender's identity is not the one that was confirmed. */
  | "identity-changed"
  /** Its key came from a backup, so that nobody vouches for the sender. */
  | "not-vouched"
  /** Not encrypted, in a room where messages are. */
  | "not-encrypted";

/** Words, plain and formatted. The HTML is as it came: it has to be sanitised where it is shown. */
export interface Words {
  readonly plain: string;
  readonly html: string | undefined;
}

export interface Picture {
  readonly source: MediaSource;
  readonly thumbnail: MediaSource | undefined;
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly blurhash: string | undefined;
  readonly animated: boolean;
}

interface FileContent {
  readonly name: string;
  readonly size: number | undefined;
  readonly source: MediaSource;
  readonly caption: Words | undefined;
}

export type Content =
  | { readonly kind: "text" | "notice" | "emote"; readonly words: Words }
  | ({ readonly kind: "image"; readonly picture: Picture } & FileContent)
  | ({
      readonly kind: "video";
      readonly picture: Picture;
      readonly durationMs: number | undefined;
    } & FileContent)
  | ({ readonly kind: "audio"; readonly durationMs: number | undefined } & FileContent)
  | ({
      readonly kind: "voice";
      readonly durationMs: number | undefined;
      readonly waveform: readonly number[];
    } & FileContent)
  | ({ readonly kind: "file" } & FileContent)
  | { readonly kind: "sticker"; readonly name: string; readonly picture: Picture }
  | {
      readonly kind: "location";
      readonly latitude: number;
      readonly longitude: number;
      readonly description: string;
    }
  | { readonly kind: "poll"; readonly poll: Poll }
  | { readonly kind: "redacted"; readonly by: Profile; readonly reason: string | undefined }
  | { readonly kind: "undecryptable"; readonly why: DecryptionProblem }
  | {
      readonly kind: "call";
      readonly outcome: "missed" | "declined" | "answered" | "ringing";
      readonly video: boolean;
    }
  | {
      readonly kind: "membership";
      readonly change: MembershipChange;
      readonly of: Profile;
      readonly reason: string | undefined;
      readonly previousName: string | undefined;
    }
  | { readonly kind: "room"; readonly change: RoomChangeEvent }
  /** Somebody asked the other to confirm who they are; the question itself is asked apart from the conversation. */
  | { readonly kind: "verification" }
  | { readonly kind: "unknown"; readonly type: string; readonly fallback: string | undefined };

export type MembershipChange =
  | "joined"
  | "left"
  | "invited"
  | "invitation-withdrawn"
  | "invitation-declined"
  | "kicked"
  | "banned"
  | "unbanned"
  | "knocked"
  | "knock-withdrawn"
  | "knock-declined"
  | "renamed"
  | "avatar-changed";

export type RoomChangeEvent =
  | {
      readonly what:
        | "created"
        | "encrypted"
        | "avatar"
        | "pinned"
        | "permissions"
        | "upgraded"
        | "server-access";
    }
  | { readonly what: "name" | "topic" | "alias" | "access" | "history"; readonly to: string | undefined };

export type DecryptionProblem =
  /** The key has not come yet; it may still come. */
  | "waiting-for-key"
  /** Sent before this device existed, and the backup was not opened here. */
  | "history-locked"
  /** Sent before this device existed, and there is no backup. */
  | "history-lost"
  /** Sent before the person was in the room. */
  | "not-a-member-then"
  /** The sender withholds keys from this device: it is not confirmed, or blocked. */
  | "withheld"
  /** This device was not confirmed when it was written: the key comes from the backup, once it is. */
  | "not-confirmed-then"
  | "sender-untrusted"
  | "broken";

export interface Poll {
  readonly question: string;
  readonly answers: readonly {
    readonly id: string;
    readonly text: string;
    readonly votes: number;
    readonly mine: boolean;
  }[];
  readonly voters: number;
  readonly maxSelections: number;
  /** Votes are shown only when it is over. */
  readonly secret: boolean;
  readonly ended: boolean;
  /** Whether the person may end it. */
  readonly mayEnd: boolean;
}

export interface Reply {
  readonly eventId: string;
  /** Nothing while the message is being fetched, or when it may not be seen. */
  readonly sender: Profile | undefined;
  readonly content: Content | undefined;
}

export interface ThreadSummary {
  readonly rootId: string;
  readonly count: number;
  readonly latest: { readonly sender: Profile; readonly content: Content; readonly atMs: number } | undefined;
  readonly unread: { readonly notifications: number; readonly mentions: number };
}

/** The threads of a room, the one that was answered last first. */
export interface ThreadList {
  readonly items: Live<readonly ThreadItem[]>;
  readonly older: Live<Paging>;
  /** Loads the first page, then more of them. */
  load(): Promise<void>;
}

export interface ThreadItem {
  readonly root: { readonly sender: Profile; readonly content: Content; readonly atMs: number };
  readonly summary: ThreadSummary;
}

export interface Reaction {
  readonly key: string;
  readonly by: readonly Profile[];
  readonly mine: boolean;
}
