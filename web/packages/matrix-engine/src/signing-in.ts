// From a name and a password to a token that is kept.
import { type Credentials, Failure, type Homeserver, type Registration } from "@herold/engine";
import { createClient, MatrixError, type RegisterResponse } from "matrix-js-sdk";

import { failing } from "./failures.ts";
import { type Asked, nextStage } from "./stages.ts";
import { type StoredAccount, storeAccount, storedAccount } from "./stored-accounts.ts";

/** How many steps a registration may ask for before it is given up. */
const STAGES_MAX = 8;

export function signIn(
  homeserver: Homeserver,
  { name, password }: Credentials,
  deviceName: string,
): Promise<StoredAccount> {
  return failing(
    async () => {
      const answer = await createClient({ baseUrl: homeserver.address }).loginRequest({
        type: "m.login.password",
        identifier: { type: "m.id.user", user: name.trim() },
        password,
        initial_device_display_name: deviceName,
      });
      return keep(homeserver, answer.user_id, answer.device_id, answer.access_token);
    },
    {
      M_FORBIDDEN: "wrong-credentials",
      M_INVALID_USERNAME: "wrong-credentials",
      M_UNKNOWN: "wrong-credentials",
    },
  );
}

export function register(
  homeserver: Homeserver,
  registration: Registration,
  deviceName: string,
): Promise<StoredAccount> {
  return failing(
    async () => {
      const answer = await registered(homeserver, registration, deviceName);
      if (!answer.access_token || !answer.device_id)
        throw new Failure("unknown", { detail: "no token was given" });
      return keep(homeserver, answer.user_id, answer.device_id, answer.access_token);
    },
    { M_FORBIDDEN: "registration-closed", M_UNAUTHORIZED: "wrong-token" },
  );
}

/** Goes through the stages that the server asks for. */
async function registered(
  homeserver: Homeserver,
  registration: Registration,
  deviceName: string,
): Promise<RegisterResponse> {
  const client = createClient({ baseUrl: homeserver.address });
  let auth: Record<string, string> | undefined;
  for (let stage = 0; stage < STAGES_MAX; stage += 1) {
    try {
      return await client.registerRequest({
        username: registration.name.trim(),
        password: registration.password,
        initial_device_display_name: deviceName,
        ...(auth ? { auth: auth as never } : {}),
      });
    } catch (error) {
      if (!(error instanceof MatrixError) || error.httpStatus !== 401) throw error;
      // The stage that was just answered is refused.
      if (error.errcode) throw new Failure("wrong-token", { cause: error });
      const next = nextStage(error.data as Asked, registration);
      if (next === "terms-changed") throw new Failure(next);
      if (next === "no-way")
        throw new Failure("registration-closed", { detail: "no way that this app knows" });
      auth = next.answer;
    }
  }
  throw new Failure("unknown", { detail: "the registration has no end" });
}

/** One account is one device here: whoever is here already goes on, and the device that was just made is given back. */
async function keep(
  homeserver: Homeserver,
  userId: string,
  deviceId: string,
  accessToken: string,
): Promise<StoredAccount> {
  const { address } = homeserver;
  const here = await storedAccount(userId);
  if (here) {
    // If it cannot be given back, it stands in the list of the person's devices.
    await createClient({ baseUrl: address, accessToken, userId })
      .logout()
      .catch(() => undefined);
    return here;
  }
  const account = { userId, deviceId, address, accessToken, usedAtMs: Date.now() };
  await storeAccount(account);
  return account;
}
