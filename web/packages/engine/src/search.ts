// Finding what was said: in encrypted conversations by this device itself, in the others by the server, as one list.
import type { FailureReason } from "./failure.ts";
import type { Live } from "./live.ts";
import type { Profile } from "./people.ts";
import type { Content } from "./timeline.ts";

export type FoundKind = "pictures" | "files" | "links";

export interface SearchQuery {
  /** All of these words have to be in what is found. Without words a kind says what is wanted. */
  readonly words: string;
  /** Only in this room. */
  readonly roomId?: string | undefined;
  /** Only from this person. */
  readonly sender?: string | undefined;
  readonly kind?: FoundKind | undefined;
  /** Not before this. */
  readonly fromMs?: number | undefined;
  /** Before this. */
  readonly untilMs?: number | undefined;
}

export interface Found {
  readonly roomId: string;
  readonly eventId: string;
  readonly sender: Profile;
  readonly mine: boolean;
  readonly atMs: number;
  readonly content: Content;
  /** The root of the thread it was said in. */
  readonly thread: string | undefined;
}

export type Finding =
  | { readonly kind: "searching" }
  /** There may be more: `more` looks for it. */
  | { readonly kind: "more" }
  | { readonly kind: "end" };

/** One search, the newest first. It may be stopped at any time; nothing changes after that. */
export interface SearchRun {
  readonly found: Live<readonly Found[]>;
  readonly finding: Live<Finding>;
  /** Why conversations that are not encrypted could not be looked through, or not all of them. */
  readonly failure: Live<FailureReason | undefined>;
  more(): void;
  stop(): void;
}

/** What of the encrypted conversations can be found on this device. */
export interface SearchCoverage {
  readonly state: /** Not looked at yet. */
    | "starting"
    /** Older messages are being collected. */
    | "collecting"
    /** As before, waiting for the window to be looked at, a network, or power. */
    | "waiting"
    | "complete"
    /** This browser keeps nothing for the app, so that encrypted conversations cannot be searched. */
    | "unavailable";
  readonly messages: number;
  /** Conversations whose older messages are still to be collected. */
  readonly roomsLeft: number;
  /** The space is full: what was said before this was let go. */
  readonly letGoBeforeMs: number | undefined;
}

export interface Search {
  readonly coverage: Live<SearchCoverage>;
  start(query: SearchQuery): SearchRun;
}

/** Where in a text the words of a search are: pairs of begin and end, in order, none inside another. */
export type Marks = readonly (readonly [number, number])[];
