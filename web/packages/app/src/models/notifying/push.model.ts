// Has messages reach this browser while no page of the app is open, for all accounts, while the person wants it.
import type { Live, PushTarget, Session } from "@herold/engine";

/** What the browser subscribed to. */
export type Subscription = Pick<PushTarget, "endpoint" | "p256dh" | "auth">;

interface Options {
  /** Nothing where the person wants no notifications, or the browser or the server knows no pushes. */
  readonly wanted: Live<boolean>;
  readonly sessions: Live<readonly Session[]>;
  readonly subscribe: () => Promise<Subscription | undefined>;
  readonly unsubscribe: () => Promise<Subscription | undefined>;
  readonly describe: (subscription: Subscription) => PushTarget;
}

export class PushModel {
  readonly #options: Options;
  readonly #told = new WeakMap<Session, string>();
  #turn: Promise<void> = Promise.resolve();

  constructor(options: Options) {
    this.#options = options;
  }

  /** Follows what is wanted: to be called within an effect. */
  follow(): void {
    const wanted = this.#options.wanted.value;
    const sessions = this.#options.sessions.value;
    // One after the other: what was wanted last stands in the end.
    this.#turn = this.#turn.then(() => (wanted ? this.#push(sessions) : this.#stop(sessions)));
  }

  async #push(sessions: readonly Session[]): Promise<void> {
    const subscription = await this.#options.subscribe().catch(() => undefined);
    if (!subscription) return;
    for (const session of sessions) {
      if (this.#told.get(session) === subscription.endpoint) continue;
      // What the server does not take now is offered again when the app is opened the next time.
      await session.notifications.pushTo(this.#options.describe(subscription)).then(
        () => this.#told.set(session, subscription.endpoint),
        () => undefined,
      );
    }
  }

  async #stop(sessions: readonly Session[]): Promise<void> {
    const subscription = await this.#options.unsubscribe().catch(() => undefined);
    if (!subscription) return;
    for (const session of sessions) {
      this.#told.delete(session);
      // The browser's own service tells the server that there is nobody any more.
      await session.notifications.stopPush(subscription.p256dh).catch(() => undefined);
    }
  }
}
