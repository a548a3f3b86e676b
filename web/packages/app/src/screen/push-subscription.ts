// The browser's subscription to pushes, made with the server's key.
import type { Subscription } from "../models/notifying/push.model.ts";

/** The service worker is there a moment after the page, or never. */
const WORKER_PATIENCE_MS = 30_000;

async function ready(): Promise<PushManager | undefined> {
  const workers: ServiceWorkerContainer | undefined = navigator.serviceWorker;
  const patience = new Promise<undefined>((resolve) => setTimeout(resolve, WORKER_PATIENCE_MS));
  return (await Promise.race([workers?.ready, patience]))?.pushManager;
}

/** The one there is, or a new one; nothing where the browser has none, or does not want to. */
export async function subscribe(key: string): Promise<Subscription | undefined> {
  const pushes = await ready();
  if (!pushes) return undefined;
  const known = await pushes.getSubscription();
  // A server that moved has another key, and the old subscription would never hear from it.
  if (known && base64Url(known.options.applicationServerKey) !== key) await known.unsubscribe();
  else if (known) return asTold(known);
  return asTold(await pushes.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
}

/** Answers with what it was, if there was one. */
export async function unsubscribe(): Promise<Subscription | undefined> {
  const worker = await navigator.serviceWorker?.getRegistration();
  const known = await worker?.pushManager.getSubscription();
  if (!known) return undefined;
  await known.unsubscribe();
  return asTold(known);
}

function asTold(subscription: PushSubscription): Subscription {
  return {
    endpoint: subscription.endpoint,
    p256dh: base64Url(subscription.getKey("p256dh")),
    auth: base64Url(subscription.getKey("auth")),
  };
}

function base64Url(bytes: ArrayBuffer | null): string {
  const letters = String.fromCharCode(...new Uint8Array(bytes ?? []));
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
