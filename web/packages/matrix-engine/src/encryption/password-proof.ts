// The server wants proof that it is really the person: asks for the password until it is right or given up.
import { type AskPassword, Failure } from "@herold/engine";
import { type AuthDict, ClientPrefix, type MatrixClient, MatrixError, Method } from "matrix-js-sdk";

type Request<T> = (auth: AuthDict | null) => Promise<T>;

interface Challenge {
  readonly session?: string;
  readonly flows?: readonly { readonly stages: readonly string[] }[];
}

/** Does what `request` does, proving who it is when the server asks for it. */
export async function withPassword<T>(
  client: MatrixClient,
  askPassword: AskPassword,
  request: Request<T>,
): Promise<T> {
  let challenge: Challenge;
  try {
    return await request(null);
  } catch (error) {
    challenge = challengeIn(error);
  }
  if (!challenge.flows?.some(({ stages }) => stages.length === 1 && stages[0] === "m.login.password")) {
    throw new Failure("forbidden", { detail: "the server wants another proof than the password" });
  }
  for (let wrong = false; ; wrong = true) {
    const password = await askPassword(wrong);
    if (password === undefined) throw new Failure("cancelled");
    try {
      return await request({
        type: "m.login.password",
        identifier: { type: "m.id.user", user: client.getSafeUserId() },
        password,
        ...(challenge.session ? { session: challenge.session } : {}),
      });
    } catch (error) {
      if (!isWrongPassword(error)) throw error;
      challenge = challengeIn(error, challenge);
    }
  }
}

/**
 * Asks for the password before anything is changed, so that what cannot be undone does not stop half-way at a wrong
 * one. Answers with a way to ask that knows the answer already.
 */
export async function provenPassword(client: MatrixClient, askPassword: AskPassword): Promise<AskPassword> {
  let proven: string | undefined;
  const remembering: AskPassword = async (wrong) => {
    if (proven !== undefined && !wrong) return proven;
    proven = await askPassword(wrong);
    return proven;
  };
  // Signing out no device at all is the one thing that wants the proof and does nothing.
  await withPassword(client, remembering, (auth) =>
    client.http.authedRequest<unknown>(
      Method.Post,
      "/delete_devices",
      undefined,
      { devices: [], ...(auth ? { auth } : {}) },
      { prefix: ClientPrefix.V3 },
    ),
  );
  return remembering;
}

function challengeIn(error: unknown, before?: Challenge): Challenge {
  if (error instanceof MatrixError && error.httpStatus === 401 && error.data.flows) {
    return error.data as Challenge;
  }
  if (before) return before;
  throw error;
}

function isWrongPassword(error: unknown): boolean {
  return (
    error instanceof MatrixError &&
    (error.errcode === "M_FORBIDDEN" || (error.httpStatus === 401 && error.data.flows !== undefined))
  );
}
