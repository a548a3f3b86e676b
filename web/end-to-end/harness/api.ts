// What a scenario needs and is not about, done for a person at the API by a device that is gone afterwards.
import { PASSWORD } from "./account.ts";

export type Ask = (method: "GET" | "POST" | "PUT", path: string, body?: object) => Promise<Answer>;
// biome-ignore lint/suspicious/noExplicitAny: what the server answers is looked at where it is asked for
type Answer = any;

/** Acts as a person who has an account with the password of the tests. */
export async function asPerson<T>(url: string, name: string, act: (ask: Ask) => Promise<T>): Promise<T> {
  const { access_token: token } = await asking(url)("POST", "/v3/login", {
    type: "m.login.password",
    identifier: { type: "m.id.user", user: name },
    password: PASSWORD,
  });
  const ask = asking(url, token);
  try {
    return await act(ask);
  } finally {
    await ask("POST", "/v3/logout");
  }
}

function asking(url: string, token?: string): Ask {
  return async (method, path, body) => {
    const answer = await fetch(`${url}/_matrix/client${path}`, {
      method,
      headers: token ? { authorization: `Bearer ${token}` } : {},
      ...(method === "GET" ? {} : { body: JSON.stringify(body ?? {}) }),
    });
    const given = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(given)}`);
    return given;
  };
}

export async function userId(url: string, name: string): Promise<string> {
  const { server_name: server } = await (await fetch(`${url}/app.json`)).json();
  return `@${name}:${server}`;
}

/** An encrypted conversation between two, to which the second is invited. */
export async function startConversation(url: string, from: string, to: string): Promise<string> {
  const invited = await userId(url, to);
  return asPerson(url, from, async (ask) => {
    const { room_id: roomId } = await ask("POST", "/v3/createRoom", {
      preset: "trusted_private_chat",
      is_direct: true,
      invite: [invited],
      initial_state: [
        { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } },
      ],
    });
    const me = encodeURIComponent(await userId(url, from));
    const direct = `/v3/user/${me}/account_data/m.direct`;
    const before = await ask("GET", direct).catch(() => ({}));
    await ask("PUT", direct, { ...before, [invited]: [roomId] });
    return roomId;
  });
}
