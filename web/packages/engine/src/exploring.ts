// Rooms that one is not in: found in the directory, in a space, or by an address.
import type { Access, Membership } from "./entering.ts";

export interface RoomPreview {
  readonly roomId: string;
  readonly name: string | undefined;
  readonly topic: string | undefined;
  readonly avatar: string | undefined;
  readonly alias: string | undefined;
  readonly memberCount: number;
  readonly access: Access;
  readonly space: boolean;
  readonly encrypted: boolean;
  /** What the person is there, as far as it is known. */
  readonly membership: Membership | "banned" | undefined;
  /** Servers that know the way. */
  readonly servers: readonly string[];
}

export interface SpaceChild extends RoomPreview {
  /** Where it was put among the others. */
  readonly order: string | undefined;
  readonly suggested: boolean;
}

export interface Page<T> {
  readonly found: readonly T[];
  /** What to ask for next; nothing at the end. */
  readonly next: string | undefined;
}

export interface Exploring {
  /** Rooms of this server that anybody may find, the largest first. */
  find(query: { words: string; after?: string }): Promise<Page<RoomPreview>>;
  /** What may be told of a room before one is in it; fails with `not-found`. */
  preview(roomIdOrAlias: string, servers?: readonly string[]): Promise<RoomPreview>;
  /** What stands in a space, in its order. */
  children(spaceId: string, after?: string): Promise<Page<SpaceChild>>;
}
