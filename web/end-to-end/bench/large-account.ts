// An account that is in many rooms with somebody else, and one room with a long history.
import type { BrowserContext } from "playwright-core";

import { PASSWORD } from "../harness/account.ts";
import { type Ask, asPerson, userId } from "../harness/api.ts";

/** Requests that are under way at a time. */
const AT_ONCE = 24;
/** Every so many rooms are conversations between the two. */
const DIRECT_EVERY = 10;
const WORDS = "The quick brown fox jumps over the lazy dog and goes home".split(" ");

export const LONG_ROOM = "Long room";

export async function makeLargeAccount(url: string, rooms: number, messages: number): Promise<void> {
  for (const name of ["anna", "bert"]) await makeAccount(url, name);
  const [anna, bert] = await Promise.all(["anna", "bert"].map((name) => userId(url, name)));
  if (!anna || !bert) throw new Error("no accounts");
  await asPerson(url, "bert", (asBert) =>
    asPerson(url, "anna", async (asAnna) => {
      const direct: string[] = [];
      await eachAtOnce(rooms, async (place) => {
        const between = place % DIRECT_EVERY === 0;
        const name = between ? {} : { name: `Room ${place}` };
        const { room_id: roomId } = await asBert("POST", "/v3/createRoom", {
          ...name,
          preset: "private_chat",
          is_direct: between,
          invite: [anna],
        });
        await asAnna("POST", `/v3/join/${encodeURIComponent(roomId)}`);
        if (between) direct.push(roomId);
        for (let index = 0; index < 3; index += 1) await say(asBert, roomId, `${place}.${index}`);
      });
      await asAnna("PUT", `/v3/user/${encodeURIComponent(anna)}/account_data/m.direct`, { [bert]: direct });
      const long = { name: LONG_ROOM, preset: "private_chat", invite: [anna] };
      const { room_id: roomId } = await asBert("POST", "/v3/createRoom", long);
      await asAnna("POST", `/v3/join/${encodeURIComponent(roomId)}`);
      await eachAtOnce(messages, (index) => say(index % 3 ? asBert : asAnna, roomId, `long.${index}`));
    }),
  );
}

/** To have as many accounts would take the server an hour: who else is in a room is made up on the way to the page. */
export async function answerWithMembers(context: BrowserContext, count: number): Promise<void> {
  await context.route(/\/rooms\/[^/]+\/members/, async (route) => {
    const { chunk } = await (await route.fetch()).json();
    const [one] = chunk;
    const others = Array.from({ length: count - chunk.length }, (_, index) => {
      const userId = `@person${index}:${String(one.sender).split(":").slice(1).join(":")}`;
      return {
        ...one,
        event_id: `$member${index}`,
        sender: userId,
        state_key: userId,
        content: { membership: "join", displayname: `${WORDS[index % WORDS.length]} ${index}` },
      };
    });
    await route.fulfill({ json: { chunk: [...chunk, ...others] } });
  });
}

async function makeAccount(url: string, username: string): Promise<void> {
  const answer = await fetch(`${url}/_matrix/client/v3/register`, {
    method: "POST",
    body: JSON.stringify({
      username,
      password: PASSWORD,
      auth: { type: "m.login.dummy" },
      inhibit_login: true,
    }),
  });
  if (!answer.ok) throw new Error(`register ${username}: ${answer.status} ${await answer.text()}`);
}

function say(ask: Ask, roomId: string, id: string): Promise<unknown> {
  const length = 3 + (id.length % 7) * 2;
  const words = Array.from({ length }, (_, index) => WORDS[(index * 7 + id.length) % WORDS.length]);
  const content = { msgtype: "m.text", body: `${id}: ${words.join(" ")}` };
  return ask("PUT", `/v3/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${id}`, content);
}

async function eachAtOnce(count: number, act: (place: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) await act(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
