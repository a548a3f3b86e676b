// What went wrong, from the SDK's errors to the app's words.
import { Failure, type FailureReason } from "@herold/engine";
import { ConnectionError, MatrixError } from "matrix-js-sdk";

const REASONS: Record<string, FailureReason> = {
  M_FORBIDDEN: "forbidden",
  M_CONSENT_NOT_GIVEN: "consent-missing",
  M_GUEST_ACCESS_FORBIDDEN: "forbidden",
  M_LIMIT_EXCEEDED: "too-often",
  M_NOT_FOUND: "not-found",
  M_TOO_LARGE: "too-large",
  M_USER_DEACTIVATED: "account-closed",
  M_USER_LOCKED: "account-closed",
  M_USER_SUSPENDED: "account-closed",
  M_USER_IN_USE: "name-taken",
  M_EXCLUSIVE: "name-taken",
  M_INVALID_USERNAME: "name-invalid",
  M_WEAK_PASSWORD: "password-weak",
};

/** What the crypto machine says when it does not lock a message for somebody: words are all that it gives. */
const UNSEALED: readonly [words: RegExp, reason: FailureReason][] = [
  [/verified users have unsigned devices/, "unconfirmed-device"],
  [/were verified have changed their identity/, "identity-changed"],
  [/your device is not verified|cross-signing is not set up on your account/, "this-unconfirmed"],
];

/** The failure behind any error. `meant` says what a code means where it was asked: M_FORBIDDEN at the door is a wrong password. */
export function failureOf(error: unknown, meant: Record<string, FailureReason> = {}): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof ConnectionError) return new Failure("unreachable", { cause: error });
  if (error instanceof MatrixError) {
    const code = error.errcode ?? "";
    const reason =
      meant[code] ??
      REASONS[code] ??
      (error.httpStatus && error.httpStatus >= 502 ? "unreachable" : "unknown");
    const retryAfterMs = code === "M_LIMIT_EXCEEDED" ? (error.getRetryAfterMs() ?? undefined) : undefined;
    return new Failure(reason, {
      cause: error,
      detail: `${code} ${error.data?.error ?? ""}`.trim(),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  if (error instanceof Error && error.name === "AbortError")
    return new Failure("cancelled", { cause: error });
  // What browsers throw where people forbid pages to keep anything.
  if (error instanceof Error && error.name === "SecurityError")
    return new Failure("no-storage", { cause: error });
  if (error instanceof Error && error.name === "QuotaExceededError")
    return new Failure("storage-full", { cause: error });
  // What fetch rejects with when there is no network.
  if (error instanceof TypeError && /fetch|network|load failed/i.test(error.message)) {
    return new Failure("unreachable", { cause: error });
  }
  const detail = error instanceof Error ? error.message : String(error);
  const unsealed = UNSEALED.find(([words]) => words.test(detail));
  return new Failure(unsealed?.[1] ?? "unknown", { cause: error, detail });
}

/** Does something, and fails in the app's words. */
export async function failing<T>(act: () => Promise<T>, meant?: Record<string, FailureReason>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw failureOf(error, meant);
  }
}
