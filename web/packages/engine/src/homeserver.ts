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
  /** What one has to agree to for an account there. */
  readonly terms: readonly TermsDocument[];
}

/** A document that the operator wants people to agree to. */
export interface TermsDocument {
  readonly id: string;
  readonly version: string;
  /** By language, as the operator wrote it: `de`, `en-GB`. */
  readonly languages: { readonly [language: string]: { readonly name: string; readonly url: string } };
}

export interface Credentials {
  readonly name: string;
  readonly password: string;
}

export interface Registration extends Credentials {
  readonly token?: string;
  /** The documents that the person was shown and agreed to. */
  readonly agreed?: readonly TermsDocument[];
}
