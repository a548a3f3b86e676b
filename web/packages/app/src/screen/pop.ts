// Notifications outside the app. Where there is a service worker it shows them, since phones let nobody else, and
// opens the app when one is pressed; else the page does.
import type { Notice } from "../models/notifying/notice.ts";
import { permission } from "./permission.ts";

const ICON = "/icons/mark-192.png";
const BADGE = "/icons/badge-96.png";

const shown = new Map<string, Notification>();

function registration(): Promise<ServiceWorkerRegistration | undefined> {
  return navigator.serviceWorker?.getRegistration() ?? Promise.resolve(undefined);
}

export async function pop(notice: Notice, open: (notice: Notice) => void): Promise<void> {
  if (permission.peek() !== "granted") return;
  const { title, body, tag, userId, roomId, eventId } = notice;
  const worker = await registration();
  if (worker?.active) {
    await worker.showNotification(title, {
      body,
      tag,
      icon: ICON,
      badge: BADGE,
      silent: true,
      data: { userId, roomId, eventId },
    });
    return;
  }
  // The sound is the app's own, and follows what the person wants of it.
  const notification = new Notification(title, { body, tag, icon: ICON, silent: true });
  shown.set(tag, notification);
  notification.onclose = () => shown.delete(tag);
  notification.onclick = () => {
    notification.close();
    focus();
    open(notice);
  };
}

export async function takeBack(tag: string): Promise<void> {
  shown.get(tag)?.close();
  const worker = await registration();
  for (const notification of (await worker?.getNotifications({ tag })) ?? []) notification.close();
}
