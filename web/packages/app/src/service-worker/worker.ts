// The service worker: keeps the app at hand, so that it opens at once and without a network. Nothing of a person or
// of a conversation may be kept here.
import { cleanupOutdatedCaches, type PrecacheEntry, precacheAndRoute } from "workbox-precaching";
import { registerRoute } from "workbox-routing";
import { NetworkFirst } from "workbox-strategies";

declare const self: ServiceWorkerGlobalScope;
/** The files of this version, filled in when it is built (tools/service-worker.ts). */
declare const FILES: PrecacheEntry[];

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

// A notification was pressed: the app that is open goes to its conversation, or it is opened there.
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { userId, roomId } = event.notification.data ?? {};
  if (typeof userId === "string" && typeof roomId === "string") event.waitUntil(openRoom(userId, roomId));
});

async function openRoom(userId: string, roomId: string): Promise<void> {
  const [page] = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (!page) {
    const place = ["as", userId, "room", roomId].map(encodeURIComponent).join("/");
    await self.clients.openWindow(`/#/${place}`);
    return;
  }
  page.postMessage({ kind: "open", userId, roomId });
  await page.focus();
}
