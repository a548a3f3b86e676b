// The engine on matrix-js-sdk.
import type { Credentials, Engine, Homeserver, KnownAccount, Registration, Session } from "@herold/engine";
import { Failure } from "@herold/engine";

import { failing } from "./failures.ts";
import { silence } from "./quiet.ts";
import { MatrixSession } from "./session.ts";
import { noteUse, type StoredAccount, storedAccount, storedAccounts } from "./stored-accounts.ts";

/** Who is signed in needs none of it. */
const signing = () => import("./signing-in.ts");

/** `deviceName` is what other devices of the person see of this one. */
export function matrixEngine({ deviceName }: { deviceName: string }): Engine {
  silence();
  return {
    discover: (server: string): Promise<Homeserver> =>
      failing(async () => (await import("./discovery.ts")).discover(server)),
    signIn: async (homeserver: Homeserver, credentials: Credentials): Promise<Session> =>
      opened(await (await signing()).signIn(homeserver, credentials, deviceName)),
    register: async (homeserver: Homeserver, registration: Registration): Promise<Session> =>
      opened(await (await signing()).register(homeserver, registration, deviceName)),
    accounts: async (): Promise<readonly KnownAccount[]> => {
      try {
        return (await storedAccounts()).map(({ userId, deviceId }) => ({ userId, deviceId }));
      } catch (cause) {
        throw new Failure("no-storage", { cause });
      }
    },
    resume: async ({ userId }: KnownAccount): Promise<Session> => {
      const account = await storedAccount(userId);
      if (!account) throw new Failure("not-found");
      return MatrixSession.start(account);
    },
    used: ({ userId }: KnownAccount): Promise<void> => noteUse(userId, Date.now()),
  };
}

/** Who is new here is told at once what does not work. */
async function opened(account: StoredAccount): Promise<Session> {
  const session = await MatrixSession.start(account);
  await session.opened;
  return session;
}
