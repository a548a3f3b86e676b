// Another app of somebody: what they do there is asked of the server directly. For what a scenario needs to have
// happened, not for what it is about.
import { PASSWORD } from "./account.ts";

export interface OtherApp {
  readonly userId: string;
  /** Path without `/_matrix/client`; fails with what the server says. */
  ask<T = Record<string, unknown>>(
    method: "GET" | "POST" | "PUT" | "DELETE",
    path: string,
    body?: unknown,
  ): Promise<T>;
  /** Gives the server a file; answers with its address. */
  upload(bytes: Buffer, type: string): Promise<string>;
}

/** Signs in, or makes the account first when `register` says so. */
export async function otherApp(
  url: string,
  name: string,
  { register = false, password = PASSWORD }: { register?: boolean; password?: string } = {},
): Promise<OtherApp> {
  const asking = (token?: string): OtherApp["ask"] => {
    return async <T>(method: string, path: string, body?: unknown) => {
      const answer = await fetch(`${url}/_matrix/client${path}`, {
        method,
        headers: token ? { authorization: `Bearer ${token}` } : {},
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as T;
    };
  };
  const { user_id: userId, access_token: token } = await asking()<{ user_id: string; access_token: string }>(
    "POST",
    register ? "/v3/register" : "/v3/login",
    register
      ? { username: name, password, auth: { type: "m.login.dummy" } }
      : { type: "m.login.password", identifier: { type: "m.id.user", user: name }, password },
  );
  return {
    userId,
    ask: asking(token),
    upload: async (bytes, type) => {
      const answer = await fetch(`${url}/_matrix/media/v3/upload`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": type },
        body: new Uint8Array(bytes),
      });
      if (!answer.ok) throw new Error(`upload: ${answer.status} ${await answer.text()}`);
      return ((await answer.json()) as { content_uri: string }).content_uri;
    },
  };
}
