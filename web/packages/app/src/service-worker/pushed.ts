// What a push becomes while no page of the app can tell of it: a notification, as much of it as can be known here.
// What is encrypted is opened only where it will be shown, and told without its words where that fails (docs/decisions/0011).
import type { PushedEvent } from "@herold/matrix-engine/for-worker";

import type { PushNote } from "../models/notifying/push-note.ts";
import { isQuiet } from "../models/notifying/quiet-hours.ts";
import { tagOf } from "../models/notifying/tag.ts";

export interface Push {
  readonly userId: string;
  readonly roomId: string;
  readonly eventId: string;
}

/** What the browser, the app's notes and the server do for the worker. */
export interface Around {
  pages(): Promise<readonly { readonly visibilityState: string }[]>;
  shown(tag: string): Promise<readonly { readonly data: unknown }[]>;
  pause(ms: number): Promise<void>;
  noteOf(userId: string): Promise<PushNote | undefined>;
  /** What is encrypted is opened if `opens` says so. */
  eventOf(push: Push, opens: boolean): Promise<PushedEvent | undefined>;
  minutesOfDay(): number;
  show(
    title: string,
    options: { readonly body: string; readonly tag: string; readonly silent: boolean; readonly data: Push },
  ): Promise<void>;
  /** On the app's icon. */
  count(unread: number): Promise<void>;
}

/** How long a page in the background has to tell of a message itself. */
const PAGE_PATIENCE_MS = 3_000;

export async function pushed(data: unknown, around: Around): Promise<void> {
  const unread = unreadIn(data);
  if (unread !== undefined) await around.count(unread);
  const push = pushIn(data);
  if (push) await tell(push, around);
}

/** A page that hears of it by itself knows more of it: it is left to it, if it does so soon. */
async function tell(push: Push, around: Around): Promise<void> {
  const { userId, roomId, eventId } = push;
  const tag = tagOf(userId, roomId);
  const pages = await around.pages();
  if (pages.some(({ visibilityState }) => visibilityState === "visible")) return;
  if (pages.length > 0) {
    await around.pause(PAGE_PATIENCE_MS);
    const shown = await around.shown(tag);
    if (shown.some(({ data }) => (data as Partial<Push> | null)?.eventId === eventId)) return;
  }
  const note = await around.noteOf(userId);
  const event =
    note && note.shows !== "nothing" ? await around.eventOf(push, note.shows === "all") : undefined;
  const { title, body } = wordsFor(note, event);
  // Browsers want every push to be seen: in quiet hours it is seen without a sound.
  const silent = note?.silent === true || isQuiet(note?.quietHours, around.minutesOfDay());
  await around.show(title, { body, tag, silent, data: push });
}

/** The number that the app's icon is to show, if the push says one. */
export function unreadIn(data: unknown): number | undefined {
  const { unread } = (data ?? {}) as Record<string, unknown>;
  return typeof unread === "number" && unread >= 0 ? unread : undefined;
}

/** The event that a push is about; nothing when it is about none. */
export function pushIn(data: unknown): Push | undefined {
  const { user_id: userId, room_id: roomId, event_id: eventId } = (data ?? {}) as Record<string, unknown>;
  const whole = [userId, roomId, eventId].every((part) => typeof part === "string" && part !== "");
  return whole ? ({ userId, roomId, eventId } as Push) : undefined;
}

export function wordsFor(
  note: PushNote | undefined,
  event: PushedEvent | undefined,
): { readonly title: string; readonly body: string } {
  // Whoever was signed out a moment ago has left no words behind.
  if (!note) return { title: "Herold", body: "" };
  const { words, shows } = note;
  if (shows === "nothing" || !event) return { title: words.appName, body: words.newMessage };
  const text = shows === "all" ? said(note, event.line) : words.newMessage;
  const alone = event.direct || event.roomName === undefined;
  if (alone) return { title: event.senderName, body: text };
  return {
    title: event.roomName ?? event.senderName,
    body: words.saidBy.replace(/\{(name|text)\}/g, (_, gap) => (gap === "name" ? event.senderName : text)),
  };
}

function said({ words }: PushNote, line: PushedEvent["line"]): string {
  if (!line) return words.newMessage;
  return line.text ?? words.kinds[line.kind] ?? words.newMessage;
}
