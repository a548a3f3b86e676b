// One person, signed in on this browser. Everything else is reached from here.
import type { Account } from "./account.ts";
import type { Calls } from "./calls.ts";
import type { Encryption } from "./encryption.ts";
import type { ImagePacks } from "./image-packs.ts";
import type { Live } from "./live.ts";
import type { Media } from "./media.ts";
import type { Notifications } from "./notifications.ts";
import type { People, Profile } from "./people.ts";
import type { Room, Rooms } from "./rooms.ts";
import type { Search } from "./search.ts";
import type { Verifications } from "./verification.ts";

export type Connection =
  /** Nothing has come from the server yet. */
  | "starting"
  | "live"
  /** The server does not answer; it is tried again by itself. */
  | "offline"
  /** The server wants the password again, and the data of this browser is still good. */
  | "signed-out-softly"
  /** This device was signed out, here or elsewhere. */
  | "signed-out"
  /** Another tab took over. */
  | "elsewhere";

export interface Session {
  readonly userId: string;
  readonly deviceId: string;
  readonly serverName: string;
  readonly me: Live<Profile>;
  readonly connection: Live<Connection>;
  /**
   * Settles when its stores are open; fails when they cannot be, and the session is over then. Until the first answer
   * (`rooms.complete`) the list is the one that was seen here last, and no room can be opened.
   */
  readonly opened: Promise<void>;
  /** Where the operator's documents are to be agreed to before anything else is answered; nothing when all is well. */
  readonly consent: Live<string | undefined>;
  readonly account: Account;
  readonly rooms: Rooms;
  readonly people: People;
  readonly media: Media;
  readonly notifications: Notifications;
  readonly search: Search;
  readonly encryption: Encryption;
  readonly verifications: Verifications;
  readonly calls: Calls;
  /** Loaded when they are first asked for. */
  imagePacks(): Promise<ImagePacks>;
  /** The room, or nothing while it is not known here. The same object as long as the session lives. */
  room(roomId: string): Room | undefined;
  /** Signs in again after `signed-out-softly`, and ends this session: `Engine.resume` goes on with the account. */
  signInAgain(password: string): Promise<void>;
  /** Agreed: goes on, and finds out whether the server thinks so too. */
  consented(): Promise<void>;
  /** Signs this device out and removes everything of it from this browser. */
  signOut(): Promise<void>;
  /** Lets go of the network and the stores, so that another tab may take them. */
  stop(): Promise<void>;
}
