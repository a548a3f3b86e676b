// Who is who.
import type { Live } from "./live.ts";

export interface Profile {
  readonly userId: string;
  readonly name: string;
  /** mxc: address. */
  readonly avatar: string | undefined;
}

export interface People {
  /** Finds people of the directory by name or id; the best first. */
  find(words: string, limit: number): Promise<readonly Profile[]>;
  profile(userId: string): Promise<Profile>;
  rename(name: string): Promise<void>;
  setAvatar(image: Blob | undefined): Promise<void>;
  /** People whose messages and invitations are not shown. */
  readonly ignored: Live<readonly string[]>;
  setIgnored(userId: string, ignored: boolean): Promise<void>;
  /** Tells the administrators about somebody. */
  report(userId: string, reason: string): Promise<void>;
  /** Rooms that both are in. */
  sharedRooms(userId: string): Promise<readonly string[]>;
  /** Whether somebody is there, as far as they let it be known; followed while it is looked at. */
  presence(userId: string): Live<Presence>;
  /** Where somebody says that they live, as a time zone's name: "Europe/Berlin". */
  timeZone(userId: string): Promise<string | undefined>;
  /** What others may know of the person's own; nothing takes it back. */
  setTimeZone(zone: string | undefined): Promise<void>;
}

export interface Presence {
  readonly state: "online" | "away" | "offline" | "unknown";
  /** When they did something last. */
  readonly activeAtMs: number | undefined;
  readonly status: string | undefined;
}
