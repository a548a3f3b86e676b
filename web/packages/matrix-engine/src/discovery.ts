// Finding a server by its name or address, and how one gets in there.
import { Failure, type Homeserver } from "@herold/engine";
import {
  AutoDiscovery,
  AutoDiscoveryAction,
  ClientPrefix,
  createClient,
  type MatrixClient,
  MatrixError,
  Method,
} from "matrix-js-sdk";

import { failing, failureOf } from "./failures.ts";
import { type Asked, registrationOf, termsOf } from "./stages.ts";

export async function discover(server: string): Promise<Homeserver> {
  const address = await addressOf(server.trim());
  const client = createClient({ baseUrl: address });
  await failing(
    async () => {
      // A page that answers everything with 200 is no Matrix server: /versions has a shape.
      const versions = await client.getVersions();
      if (!Array.isArray(versions?.versions)) throw new Failure("no-server");
    },
    { M_UNRECOGNIZED: "no-server", M_NOT_FOUND: "no-server", M_UNKNOWN: "no-server" },
  );
  return {
    name: nameOf(server, address),
    address,
    signIn: await waysIn(client),
    ...(await registration(address)),
  };
}

async function waysIn(client: MatrixClient): Promise<Homeserver["signIn"]> {
  const flows: readonly string[] = await client.loginFlows().then(
    (answer) => answer.flows.map((flow) => flow.type),
    (error: unknown) => {
      // A server that signs people in on its own page only need not know of flows.
      if (error instanceof MatrixError && error.httpStatus && error.httpStatus < 500) return [];
      throw failureOf(error);
    },
  );
  const password = flows.includes("m.login.password");
  return {
    password,
    singleSignOn: flows.includes("m.login.sso") || (!password && (await hasOwnPage(client))),
  };
}

/** Whether it speaks OAuth (client-server API, "OAuth 2.0 API"). */
function hasOwnPage(client: MatrixClient): Promise<boolean> {
  return client.http
    .request(Method.Get, "/auth_metadata", undefined, undefined, { prefix: ClientPrefix.V1 })
    .then(
      () => true,
      () => false,
    );
}

/** `example.org` is looked up; anything with a scheme is an address already. */
async function addressOf(server: string): Promise<string> {
  if (/^https?:\/\//.test(server)) return new URL(server).origin;
  if (!/^[a-z0-9.-]+(:\d+)?$/i.test(server) || server === "") throw new Failure("no-server");
  const found = (await AutoDiscovery.findClientConfig(server))["m.homeserver"];
  if (found.state === AutoDiscoveryAction.SUCCESS && found.base_url) return found.base_url.replace(/\/$/, "");
  // Without a well-known file the server is where its name says.
  if (found.state === AutoDiscoveryAction.PROMPT) return `https://${server}`;
  throw new Failure("no-server", { detail: String(found.error ?? "") });
}

function nameOf(server: string, address: string): string {
  return /^https?:\/\//.test(server) ? new URL(address).host : server.toLowerCase();
}

/** Asks how one registers, without registering. */
async function registration(address: string): Promise<Pick<Homeserver, "registration" | "terms">> {
  const closed = { registration: "closed", terms: [] } as const;
  try {
    await createClient({ baseUrl: address }).registerRequest({});
    return closed;
  } catch (error) {
    if (error instanceof MatrixError && error.httpStatus === 401) {
      const asked = error.data as Asked;
      return { registration: registrationOf(asked), terms: termsOf(asked) };
    }
    if (failureOf(error).reason === "unreachable") throw failureOf(error);
    return closed;
  }
}
