// Whether the browser lets the app show notifications.
import { type Live, signal } from "@herold/engine";

export type Permission = NotificationPermission | "unsupported";

const state = signal<Permission>("Notification" in globalThis ? Notification.permission : "unsupported");

export const permission: Live<Permission> = state;

/** Browsers ask the person only when they have just pressed something. */
export async function askPermission(): Promise<void> {
  if (state.peek() !== "unsupported") state.value = await Notification.requestPermission();
}
