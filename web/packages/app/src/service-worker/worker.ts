// The service worker: keeps the app at hand, so that it opens at once and without a network, and tells of messages
// while no page of the app is open. What it knows of a person is in push-notes.ts; nothing of a conversation may be kept.
import {
  keyStoreVersion,
  type Opener,
  pushedEvent,
  storedAccount,
  unsealing,
} from "@herold/matrix-engine/for-worker";
import {
  cleanupOutdatedCaches,
  matchPrecache,
  type PrecacheEntry,
  precacheAndRoute,
} from "workbox-precaching";
import { registerRoute } from "workbox-routing";
import { NetworkFirst } from "workbox-strategies";
import { hashAs } from "../models/route.ts";
import { noteOf } from "./push-notes.ts";
import { type Around, pushed } from "./pushed.ts";

declare const self: ServiceWorkerGlobalScope;
/** The files of this version, filled in when it is built (tools/service-worker.ts). */
declare const FILES: PrecacheEntry[];
/** The script that opens what is encrypted, and the WebAssembly that it needs. */
declare const OPENER: string;
declare const WASM: string;

/** How long the server may take to describe itself before its last description will do. */
const DESCRIBE_WITHIN_SECONDS = 2;

cleanupOutdatedCaches();
precacheAndRoute(FILES);

registerRoute(
  ({ url, sameOrigin }) => sameOrigin && (url.pathname === "/app.json" || url.pathname === "/brand/logo"),
  new NetworkFirst({ cacheName: "description", networkTimeoutSeconds: DESCRIBE_WITHIN_SECONDS }),
);

self.addEventListener("message", (event) => {
  // A newer version waits until somebody wants it: the pages that are open were made for the older one.
  if (event.data === "take-over") event.waitUntil(self.skipWaiting());
});

// Browsers keep a script for a worker only if it was there when the worker was installed.
self.addEventListener("install", () => importScripts(OPENER));

let opener: Promise<Opener> | undefined;

/** Loaded with the first message that needs it: every start of the worker would wait for it. */
async function loadOpener(): Promise<Opener> {
  const wasm = await matchPrecache(WASM);
  if (!wasm) throw new Error("the app's files are not kept");
  importScripts(OPENER);
  const { openerFrom } = self as unknown as { openerFrom(wasm: Response): Promise<Opener> };
  return openerFrom(wasm);
}

const unseal = unsealing({
  locks: navigator.locks,
  account: storedAccount,
  storeVersion: keyStoreVersion,
  opener: () => {
    opener ??= loadOpener().catch((cause: unknown) => {
      // It may be there for the next one.
      opener = undefined;
      throw cause;
    });
    return opener;
  },
});

self.addEventListener("push", (event) => event.waitUntil(pushed(dataOf(event), around)));

/** Whatever comes: a push that cannot be read is about nothing. */
function dataOf({ data }: PushEvent): unknown {
  try {
    return data?.json();
  } catch {
    return undefined;
  }
}

const around: Around = {
  pages: appPages,
  shown: (tag) => self.registration.getNotifications({ tag }),
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  noteOf,
  eventOf: ({ userId, roomId, eventId }, opens) =>
    pushedEvent(userId, roomId, eventId, opens ? unseal : undefined),
  minutesOfDay: () => {
    const now = new Date();
    return now.getHours() * 60 + now.getMinutes();
  },
  show: (title, options) =>
    self.registration.showNotification(title, {
      ...options,
      icon: "/icons/mark-192.png",
      badge: "/icons/badge-96.png",
    }),
  // Browsers that have no badges are told nothing.
  count: async (unread) => self.navigator.setAppBadge?.(unread).catch(() => undefined),
};

/** The pages of the app itself, not those of the server beside it. */
async function appPages(): Promise<readonly WindowClient[]> {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return pages.filter(({ url }) => new URL(url).pathname === "/");
}

// A notification was pressed: the app that is open goes to its message, or it is opened there.
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { userId, roomId, eventId } = event.notification.data ?? {};
  if (typeof userId === "string" && typeof roomId === "string")
    event.waitUntil(openMessage(userId, { roomId, ...(typeof eventId === "string" ? { eventId } : {}) }));
});

async function openMessage(
  userId: string,
  message: { readonly roomId: string; readonly eventId?: string },
): Promise<void> {
  const [page] = await appPages();
  if (!page) {
    await self.clients.openWindow(`/${hashAs(userId, { kind: "room", ...message })}`);
    return;
  }
  page.postMessage({ kind: "open", userId, ...message });
  // A browser that does not let it come to the front has it in the right place at least.
  await page.focus().catch(() => undefined);
}
