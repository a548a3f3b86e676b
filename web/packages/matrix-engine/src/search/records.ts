// What the index keeps of messages, and what may happen to them. Plain data: it goes to the worker and into storage.
import type { IContent } from "matrix-js-sdk";

/** One wording of a message: what was said first, or an edit of it. */
export interface Version {
  readonly eventId: string;
  readonly atMs: number;
  readonly text: string;
  /** What the event says of a file, a place or a picture: enough to show it. */
  readonly content?: IContent;
  /** Bits of `KIND`. */
  readonly kinds: number;
}

export const KIND = { pictures: 1, files: 2, links: 4 } as const;

export interface MessageRecord {
  readonly eventId: string;
  readonly atMs: number;
  readonly sender: string;
  readonly thread?: string;
  /** The key is missing, and may still come. */
  readonly locked?: true;
  /** The newest first. Only a locked message has none. */
  readonly versions: readonly Version[];
}

export type Change =
  | { readonly kind: "said"; readonly record: MessageRecord }
  /** Its key came: what is not known is not new by that. */
  | { readonly kind: "unlocked"; readonly record: MessageRecord }
  | {
      readonly kind: "edited";
      readonly target: string;
      readonly sender: string;
      readonly version: Version;
    }
  /** A message, or an edit of one. */
  | { readonly kind: "redacted"; readonly eventId: string };

/** From where on, backward, a room still has to be read. */
export interface Hole {
  /** Nothing for the newest end. */
  readonly from: string | undefined;
  /** Read again although it is known, for the keys that came: until this time. */
  readonly againUntilMs?: number;
}

/** Messages stand in the order of their time; of the same time, in that of their ids. */
export interface Place {
  readonly atMs: number;
  readonly eventId: string;
}

export function order(left: Place, right: Place): number {
  return left.atMs - right.atMs || (left.eventId < right.eventId ? -1 : left.eventId > right.eventId ? 1 : 0);
}

/** The wording that counts: that of the newest edit. */
export function wording(record: MessageRecord): Version | undefined {
  return record.versions[0];
}

/** Wordings of one message that are kept; what was said first is always among them. */
const VERSIONS_MAX = 10;

/** With one more wording, in the order of the specification: the latest edit counts, of the same time the larger id. */
export function withVersion(record: MessageRecord, version: Version): MessageRecord {
  const others = record.versions.filter((known) => known.eventId !== version.eventId);
  const first = (one: Version): number => (one.eventId === record.eventId ? 1 : 0);
  const versions = [...others, version].sort(
    (left, right) => first(left) - first(right) || -order(left, right),
  );
  if (versions.length > VERSIONS_MAX)
    versions.splice(versions[VERSIONS_MAX]?.eventId === record.eventId ? VERSIONS_MAX - 1 : VERSIONS_MAX, 1);
  return { ...record, versions };
}
