// All that was said in a room, from its beginning on: for taking it elsewhere.
import type { Profile } from "./people.ts";
import type { Content } from "./timeline.ts";

export interface Period {
  /** Not before this. */
  readonly fromMs?: number | undefined;
  /** Before this. */
  readonly untilMs?: number | undefined;
}

export interface HistoryEvent {
  readonly eventId: string;
  readonly sender: Profile;
  readonly mine: boolean;
  readonly atMs: number;
  /** As it is now, after its edits; nothing where a conversation shows nothing. */
  readonly content: Content | undefined;
  readonly edited: boolean;
  readonly replyTo: string | undefined;
  /** The root of the thread it was said in. */
  readonly thread: string | undefined;
  /** It is a reaction to another one. */
  readonly reaction: { readonly to: string; readonly key: string } | undefined;
  /** The event in the format of the specification, decrypted where that can be. */
  readonly json: Readonly<Record<string, unknown>>;
}
