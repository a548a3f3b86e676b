// The door into the engine: finding a server, signing in, and the accounts of this browser.
import type { Credentials, Homeserver, Registration } from "./homeserver.ts";
import type { Session } from "./session.ts";

/** An account that was signed in on this browser before. */
export interface KnownAccount {
  readonly userId: string;
  readonly deviceId: string;
}

export interface Engine {
  /** Finds the server behind a name or an address; fails with `no-server` or `unreachable`. */
  discover(server: string): Promise<Homeserver>;
  /** Whoever signs in to an account that is here already goes on with it. */
  signIn(homeserver: Homeserver, credentials: Credentials): Promise<Session>;
  register(homeserver: Homeserver, registration: Registration): Promise<Session>;
  /** The accounts that are signed in here, the one used last first. */
  accounts(): Promise<readonly KnownAccount[]>;
  /** Goes on with an account that is signed in here; several may be open at the same time. */
  resume(account: KnownAccount): Promise<Session>;
  /** Remembers that it is the one that was used last. */
  used(account: KnownAccount): Promise<void>;
}
