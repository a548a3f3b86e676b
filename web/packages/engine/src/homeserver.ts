// Where people sign in.

/** A server that was found, and how one gets in. */
export interface Homeserver {
  /** The name that people's ids end with, if it is known before signing in. */
  readonly name: string;
  /** Where its client-server API is. */
  readonly address: string;
  readonly signIn: {
    readonly password: boolean;
    /** Sign-in by the organisation's own page. */
    readonly singleSignOn: boolean;
  };
  readonly registration: "closed" | "token" | "open";
}

export interface Credentials {
  readonly name: string;
  readonly password: string;
}

export interface Registration extends Credentials {
  readonly token?: string;
}
