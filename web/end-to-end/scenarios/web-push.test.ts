// Messages that reach a browser in which no page of the app is open. The push itself is handed to the browser as its
// push service would; how it comes there is the server's matter and tested with it.
import type { Page, Worker } from "playwright-core";
import { expect, test } from "vitest";

import { register } from "../harness/account.ts";
import { beside } from "../harness/beside.ts";
import { keeps, kept } from "../harness/kept.ts";
import { axeClean } from "../harness/looking.ts";
import { type OtherApp, otherApp } from "../harness/other-app.ts";
import { newPerson } from "../harness/person.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";
import { message, write } from "../harness/talking.ts";
import { twoInRoom } from "../harness/two.ts";

stage();

/** Hands the browser a push for the app's service worker. */
async function push(page: Page, data: unknown): Promise<void> {
  const debug = await page.context().newCDPSession(page);
  const known = new Promise<string>((resolve) => {
    debug.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const own = registrations.find(({ scopeURL }) => scopeURL === `${herold.url}/`);
      if (own) resolve(own.registrationId);
    });
  });
  await debug.send("ServiceWorker.enable");
  await debug.send("ServiceWorker.deliverPushMessage", {
    origin: herold.url,
    registrationId: await known,
    data: JSON.stringify(data),
  });
  await debug.detach();
}

function notifications(page: Page): Promise<{ title: string; body: string }[]> {
  return page.evaluate(async () => {
    const worker = await navigator.serviceWorker.getRegistration("/");
    const shown = (await worker?.getNotifications()) ?? [];
    return shown.map(({ title, body }) => ({ title, body })).sort((a, b) => (a.body < b.body ? -1 : 1));
  });
}

function runningWorker(page: Page): Worker {
  const worker = page.context().serviceWorkers().at(-1);
  if (!worker) throw new Error("there is no service worker");
  return worker;
}

/** Presses a notification while no page of the app is there; answers with what would be opened. */
async function pressed(page: Page, title: string): Promise<string> {
  const opened = await runningWorker(page).evaluate(async (title) => {
    // The names of a service worker, which a page does not have.
    const { registration, clients, NotificationEvent } = globalThis as unknown as {
      registration: ServiceWorkerRegistration;
      clients: object;
      NotificationEvent: new (type: string, options: { notification: Notification | undefined }) => Event;
    };
    const notification = (await registration.getNotifications()).find((one) => one.title === title);
    return new Promise<string>((resolve) => {
      // Only a hand may open windows, and a scenario has none.
      Object.assign(clients, { openWindow: async (address: string) => resolve(address) });
      dispatchEvent(new NotificationEvent("notificationclick", { notification }));
    });
  }, title);
  return opened.replace(/^\//, "");
}

let transaction = 0;

async function send(from: OtherApp, roomId: string, type: string, content: unknown): Promise<string> {
  const path = `/v3/rooms/${encodeURIComponent(roomId)}/send/${type}/${transaction++}`;
  return (await from.ask<{ event_id: string }>("PUT", path, content)).event_id;
}

test("a closed app tells of messages, as much as it can know, and leads to them", async () => {
  const person = await newPerson(browser, herold.url, {
    name: "anna",
    locale: "de-DE",
    permissions: ["notifications"],
  });
  const { page } = person;
  await register(page, "anna");
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  const [anna, bert] = [
    await otherApp(herold.url, "anna"),
    await otherApp(herold.url, "bert", { register: true }),
  ];
  const { room_id: roomId } = await bert.ask<{ room_id: string }>("POST", "/v3/createRoom", {
    name: "Küche",
    invite: [anna.userId],
  });
  await anna.ask("POST", `/v3/join/${encodeURIComponent(roomId)}`, {});
  await page.getByText("Küche").first().waitFor();

  // A page of the server that is none of the app, for which the browser wants an icon that nobody has.
  person.pardon(/status of 404/);
  await page.goto(`${herold.url}/app.json`);
  expect(await notifications(page)).toEqual([]);
  const plain = await send(bert, roomId, "m.room.message", { msgtype: "m.text", body: "Tee ist fertig" });
  await push(page, { user_id: anna.userId, room_id: roomId, event_id: plain, unread: 1, prio: "high" });
  await expect.poll(() => notifications(page)).toEqual([{ title: "Küche", body: "bert: Tee ist fertig" }]);

  // What only the app itself can read is not guessed at, and takes the place of the older one.
  const sealed = await send(bert, roomId, "m.room.encrypted", {
    algorithm: "m.megolm.v1.aes-sha2",
    ciphertext: "AwgAEn",
    session_id: "session",
  });
  await push(page, { user_id: anna.userId, room_id: roomId, event_id: sealed, unread: 2, prio: "high" });
  await expect.poll(() => notifications(page)).toEqual([{ title: "Küche", body: "bert: Neue Nachricht" }]);

  // Of a message that cannot be asked for it is said that there is one.
  await push(page, { user_id: anna.userId, room_id: "!gone:localhost", event_id: "$gone", prio: "high" });
  await expect
    .poll(() => notifications(page))
    .toEqual([
      { title: "Herold", body: "Neue Nachricht" },
      { title: "Küche", body: "bert: Neue Nachricht" },
    ]);

  // Opened by a notification, the app is at the message, and takes back what was read.
  await page.goto(`${herold.url}/${await pressed(page, "Küche")}`);
  await page.getByRole("article").filter({ hasText: "Tee ist fertig" }).waitFor();
  await expect.poll(() => notifications(page)).toEqual([{ title: "Herold", body: "Neue Nachricht" }]);

  // An answer is shown in its thread.
  await page.goto(`${herold.url}/app.json`);
  const answer = await send(bert, roomId, "m.room.message", {
    msgtype: "m.text",
    body: "Kekse auch",
    "m.relates_to": { rel_type: "m.thread", event_id: plain },
  });
  await push(page, { user_id: anna.userId, room_id: roomId, event_id: answer, unread: 1, prio: "high" });
  await expect.poll(() => notifications(page)).toContainEqual({ title: "Küche", body: "bert: Kekse auch" });
  await page.goto(`${herold.url}/${await pressed(page, "Küche")}`);
  await beside(page, "panel.thread").getByText("Kekse auch").waitFor();
  await person.leave();
});

/** Who holds an account in this browser, pages or the worker. */
function locked(page: Page): Promise<string[]> {
  return page.evaluate(async () => ((await navigator.locks.query()).held ?? []).map(({ name = "" }) => name));
}

/** Leaves the app, as if it were closed. */
async function closeApp(page: Page): Promise<void> {
  await page.goto(`${herold.url}/app.json`);
  await expect.poll(() => locked(page)).toEqual([]);
}

/** Ends the worker, as browsers do with one that has nothing to do. */
async function endWorker(page: Page): Promise<void> {
  const debug = await page.context().newCDPSession(page);
  const ended = new Promise<void>((resolve) => {
    debug.on("ServiceWorker.workerVersionUpdated", ({ versions }) => {
      if (versions.some(({ runningStatus }) => runningStatus === "stopped")) resolve();
    });
  });
  await debug.send("ServiceWorker.enable");
  await debug.send("ServiceWorker.stopAllWorkers");
  await ended;
  await debug.detach();
}

/** The worker reads as slowly as it may: with its store open until a page asks for the account. */
async function readSlowly(page: Page, userId: string): Promise<void> {
  await runningWorker(page).evaluate((userId) => {
    const asked = new Promise((ask) =>
      new BroadcastChannel(`herold:${userId}`).addEventListener("message", ask, { once: true }),
    );
    const { close } = IDBDatabase.prototype;
    IDBDatabase.prototype.close = function (this: IDBDatabase) {
      void asked.then(() => close.call(this));
    };
    const locks = navigator.locks;
    const request = locks.request.bind(locks) as (...args: unknown[]) => Promise<unknown>;
    const slow = (name: string, options: object, read: (lock: unknown) => Promise<unknown>) => {
      const held = request(name, options, async (lock: unknown) => {
        const answer = await read(lock);
        await asked;
        return answer;
      });
      Object.assign(globalThis, { letGo: held.then(() => "in order", String) });
      return held;
    };
    Object.assign(locks, { request: slow });
  }, userId);
}

function letGo(page: Page): Promise<string> {
  return runningWorker(page).evaluate(() => (globalThis as unknown as { letGo: Promise<string> }).letGo);
}

test("a closed app opens what its keys open, and leaves all else to the app", async () => {
  const [emil, dora, roomId] = await twoInRoom(
    { name: "emil", locale: "de-DE" },
    { name: "dora", locale: "de-DE", permissions: ["notifications"] },
    { name: "Werkstatt", keyFor: 3 },
  );
  const { page } = dora;
  const { userId, ask } = await otherApp(herold.url, "dora");
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  const pushLast = async (): Promise<void> => {
    const { chunk } = await ask<{ chunk: { event_id: string; type: string }[] }>(
      "GET",
      `/v3/rooms/${encodeURIComponent(roomId)}/messages?dir=b&limit=1`,
    );
    expect(chunk[0]?.type).toBe("m.room.encrypted");
    await push(page, { user_id: userId, room_id: roomId, event_id: chunk[0]?.event_id, prio: "high" });
  };
  // The key comes with the first.
  await write(emil.page, "Der Ofen ist an");
  await message(page, "Der Ofen ist an").waitFor();
  dora.pardon(/status of 404/);
  await closeApp(page);

  await endWorker(page);
  const keys = await kept(page, "crypto");
  expect(keys.length).toBeGreaterThan(1);
  await write(emil.page, "Das Brot ist drin");
  await pushLast();
  await expect
    .poll(() => notifications(page))
    .toEqual([{ title: "Werkstatt", body: "emil: Das Brot ist drin" }]);
  expect(await locked(page)).toEqual([]);
  expect(await kept(page, "crypto")).toEqual(keys);
  expect(await keeps(page, "Das Brot ist drin")).toBe(false);

  // A page that comes while it reads has the account as soon as it is done, and need not take it away.
  await write(emil.page, "Das Brot ist fertig");
  await readSlowly(page, userId);
  await pushLast();
  await expect.poll(() => locked(page)).toEqual([`herold:${userId}`]);
  await page.goto(herold.url);
  await page.getByRole("row", { name: "Werkstatt" }).click();
  for (const words of ["Der Ofen ist an", "Das Brot ist drin", "Das Brot ist fertig"])
    await message(page, words).waitFor();
  expect(await letGo(page)).toBe("in order");

  // The next key is only on its way when the push comes.
  await closeApp(page);
  await write(emil.page, "Es ist noch Butter da");
  await pushLast();
  await expect
    .poll(() => notifications(page))
    .toEqual([{ title: "Werkstatt", body: "emil: Neue Nachricht" }]);
  await page.goto(herold.url);
  await page.getByRole("row", { name: "Werkstatt" }).click();
  await message(page, "Es ist noch Butter da").waitFor();
  await closeApp(page);
  await write(emil.page, "Und Honig");
  await pushLast();
  await expect.poll(() => notifications(page)).toEqual([{ title: "Werkstatt", body: "emil: Und Honig" }]);
  await Promise.all([emil.leave(), dora.leave()]);
});

test("the server is told where to push, and that it is to stop", async () => {
  const person = await newPerson(browser, herold.url, { name: "carla", permissions: ["notifications"] });
  const { page } = person;
  // There is no push service in here: what one would have made is put in its place.
  await page.addInitScript(() => {
    const key = new Uint8Array(65).fill(4);
    const subscription = {
      endpoint: "https://push.example.org/endpoint",
      options: { applicationServerKey: key.buffer },
      getKey: (name: string) => (name === "auth" ? new Uint8Array(16).fill(7) : key).buffer,
      unsubscribe: async () => true,
    };
    let made: typeof subscription | null = null;
    Object.assign(PushManager.prototype, {
      getSubscription: async () => made,
      subscribe: async () => {
        made = subscription;
        return made;
      },
    });
  });
  const key = Buffer.alloc(65, 4).toString("base64url");
  const gateway = "https://push.example.org/_matrix/push/v1/notify";
  await page.route("**/app.json", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), web_push: { key, gateway } } });
  });
  // What the server said at the first visit would stand in for an answer that takes its time.
  await page.evaluate(() => localStorage.clear());
  await page.reload();
  await register(page, "carla");
  const carla = await otherApp(herold.url, "carla");
  const pushers = async () =>
    (await carla.ask<{ pushers: Record<string, unknown>[] }>("GET", "/v3/pushers")).pushers;
  await expect.poll(pushers).toMatchObject([
    {
      kind: "http",
      app_id: "org.herold.web",
      pushkey: key,
      lang: "en",
      data: {
        url: gateway,
        endpoint: "https://push.example.org/endpoint",
        auth: Buffer.alloc(16, 7).toString("base64url"),
        format: "event_id_only",
        events_only: true,
        default_payload: { user_id: carla.userId },
      },
    },
  ]);
  await page.goto(`${herold.url}/#/settings/notifications`);
  await page.getByText(said("notifying.shows-off"), { exact: true }).click();
  await expect.poll(pushers).toEqual([]);
  await axeClean(page);
  await person.leave();
});
