// What can go wrong, in the words of the app: no SDK, no HTTP status.

export type FailureReason =
  /** Name or password is wrong, or the account does not exist. */
  | "wrong-credentials"
  /** The account is locked, suspended or closed by an administrator. */
  | "account-closed"
  /** Asked too often; `retryAfterMs` says when it may be tried again. */
  | "too-often"
  /** The server cannot be reached: no network, or it is down. */
  | "unreachable"
  /** There is no Matrix server under this name. */
  | "no-server"
  /** The name is in use, or reserved. */
  | "name-taken"
  | "name-invalid"
  | "password-weak"
  /** The password that the person has now is another one. */
  | "wrong-password"
  | "wrong-token"
  /** There are documents to agree to that the person was not shown. */
  | "terms-changed"
  /** The operator's documents have to be agreed to first: `Session.consent` says where. */
  | "consent-missing"
  /** The server does not let people register by themselves. */
  | "registration-closed"
  /** One may not do this here. */
  | "forbidden"
  | "not-found"
  | "too-large"
  /** There are more pictures than fit into a pack, or more is said of them. */
  | "pack-full"
  /** What was typed is no recovery key, or not the one of this account. */
  | "wrong-recovery-key"
  /** The recovery key is right, but what it opens belongs to an identity that was replaced since. */
  | "recovery-outdated"
  /** The words that lock a file of keys are not these. */
  | "wrong-passphrase"
  /** A file is not what it should be, or was cut off. */
  | "broken-file"
  /** What was chosen to be sent is not in the browser any more. */
  | "file-lost"
  /** What the camera read is not the code of the other side. */
  | "wrong-code"
  /** Sending stopped because somebody's identity changed and has to be looked at first. */
  | "identity-changed"
  /** Sending stopped because somebody who was confirmed has a device that they did not confirm. */
  | "unconfirmed-device"
  /** Sending stopped because this device has to be confirmed first. */
  | "this-unconfirmed"
  /** A message is removed, and earlier versions of it may not be. */
  | "versions-left"
  /** Another tab has the account, or is about to. */
  | "in-other-tab"
  /** The browser refuses to keep anything for the app. */
  | "no-storage"
  /** The browser has no more room for the app. */
  | "storage-full"
  /** The person stopped it themselves. */
  | "cancelled"
  | "unknown";

/** The one error that actions of the engine reject with. `detail` is for a report, never for a headline. */
export class Failure extends Error {
  readonly reason: FailureReason;
  readonly detail: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    reason: FailureReason,
    options: { detail?: string; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(options.detail ?? reason, { cause: options.cause });
    this.name = "Failure";
    this.reason = reason;
    this.detail = options.detail;
    this.retryAfterMs = options.retryAfterMs;
  }
}
