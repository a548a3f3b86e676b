// Tells the person what happens while they do something else: on the screen, or within the app when they are in it,
// with a sound; and takes back what they have seen elsewhere.
import { effect, type Live, type News, type Session, signal } from "@herold/engine";

import type { Texts } from "../../texts/texts.ts";
import type { AppModel } from "../app.model.ts";
import type { PreferencesModel } from "../preferences/preferences.model.ts";
import { type Notice, noticeOf } from "./notice.ts";
import { isQuiet } from "./quiet-hours.ts";
import { tagOf } from "./tag.ts";

/** What the browser does. */
export interface Screen {
  /** Whether somebody looks at the app right now. */
  focused(): boolean;
  now(): { readonly ms: number; readonly minutesOfDay: number };
  /** Outside the app; does nothing where the person does not allow it. */
  pop(notice: Notice): void;
  takeBack(tag: string): void;
  ring(): void;
}

interface Options {
  readonly app: Pick<AppModel, "state" | "route" | "sessions">;
  readonly preferences: Pick<PreferencesModel, "here" | "everywhere">;
  readonly texts: Live<Texts>;
  readonly screen: Screen;
  /** Goes to what one tells of. */
  readonly open: (notice: Notice) => void;
}

/** Within the app at the same time; older ones give way. */
const SHOWN_MAX = 3;
/** Many messages at once are one sound. */
const RING_AGAIN_MS = 2_000;

export class NotifyingModel {
  readonly #options: Options;
  readonly #shown = signal<readonly Notice[]>([]);
  /** Where something waited to be read when it was looked last. */
  readonly #waiting = new Map<Session, ReadonlySet<string>>();
  #rangAtMs = Number.NEGATIVE_INFINITY;

  /** Within the app, the newest last. */
  readonly shown: Live<readonly Notice[]> = this.#shown;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Follows all accounts; answers with what ends it. */
  start(): () => void {
    const followed = new Map<Session, () => void>();
    const stop = effect(() => {
      const sessions = this.#options.app.sessions.value;
      for (const session of sessions)
        if (!followed.has(session)) followed.set(session, this.#follow(session));
      for (const [session, end] of followed) {
        if (sessions.includes(session)) continue;
        followed.delete(session);
        end();
      }
    });
    return () => {
      stop();
      for (const end of followed.values()) end();
    };
  }

  open(notice: Notice): void {
    this.dismiss(notice);
    this.#options.open(notice);
  }

  dismiss({ tag }: Notice): void {
    this.#shown.value = this.#shown.peek().filter((other) => other.tag !== tag);
  }

  #follow(session: Session): () => void {
    const ends = [
      session.notifications.follow((news) => this.#tell(session, news)),
      effect(() => this.#takeBack(session)),
    ];
    return () => {
      for (const end of ends) end();
      for (const tag of this.#waiting.get(session) ?? []) this.#options.screen.takeBack(tag);
      this.#waiting.delete(session);
    };
  }

  #tell(session: Session, news: News): void {
    const { preferences, screen, texts } = this.#options;
    const { notifications: shows, sound } = preferences.here.peek();
    const { ms, minutesOfDay } = screen.now();
    if (isQuiet(preferences.everywhere.peek().quietHours, minutesOfDay)) return;
    const focused = screen.focused();
    // A call rings by itself.
    if (focused && (news.what.kind === "call" || this.#isLookedAt(session, news.roomId))) return;
    if (shows !== "off") {
      const notice = noticeOf(news, session.userId, shows, texts.peek());
      if (focused) this.#show(notice);
      else screen.pop(notice);
    }
    if (sound === "off" || !news.loud || ms - this.#rangAtMs < RING_AGAIN_MS) return;
    this.#rangAtMs = ms;
    screen.ring();
  }

  #isLookedAt(session: Session, roomId: string): boolean {
    const [state, route] = [this.#options.app.state.peek(), this.#options.app.route.peek()];
    return (
      state.kind === "signed-in" &&
      state.session === session &&
      route.kind === "room" &&
      route.roomId === roomId
    );
  }

  #show(notice: Notice): void {
    const others = this.#shown.peek().filter(({ tag }) => tag !== notice.tag);
    this.#shown.value = [...others, notice].slice(-SHOWN_MAX);
  }

  /** What was read, here or elsewhere, need not be told any more. */
  #takeBack(session: Session): void {
    const waiting = new Set(
      session.rooms.all.value
        .filter(({ membership, unread }) => membership === "invited" || unread.notifications > 0)
        .map(({ roomId }) => tagOf(session.userId, roomId)),
    );
    const read = [...(this.#waiting.get(session) ?? [])].filter((tag) => !waiting.has(tag));
    this.#waiting.set(session, waiting);
    if (read.length === 0) return;
    for (const tag of read) this.#options.screen.takeBack(tag);
    this.#shown.value = this.#shown.peek().filter(({ tag }) => !read.includes(tag));
  }
}
