// The page about notifications in the settings: what the account wants to be told about, and its quiet hours.
import type { FailureReason, Live, NotificationRules, QuietHours, Session } from "@herold/engine";

import { Attempt } from "../attempt.ts";
import { minutesIn } from "../notifying/quiet-hours.ts";
import type { PreferencesModel } from "../preferences/preferences.model.ts";

/** What is offered to whoever wants quiet for the first time: the night. */
const NIGHT: QuietHours = { from: 22 * 60, to: 7 * 60 };

export class NotificationsPageModel {
  readonly #session: Pick<Session, "notifications">;
  readonly #preferences: Pick<PreferencesModel, "everywhere" | "changeEverywhere">;
  readonly #attempt = new Attempt();
  #changes: Promise<void> = Promise.resolve();

  readonly rules: Live<NotificationRules>;
  readonly busy: Live<boolean> = this.#attempt.busy;
  readonly failure: Live<FailureReason | undefined> = this.#attempt.failure;

  constructor(
    session: Pick<Session, "notifications">,
    preferences: Pick<PreferencesModel, "everywhere" | "changeEverywhere">,
  ) {
    this.#session = session;
    this.#preferences = preferences;
    this.rules = session.notifications.rules;
  }

  change(changed: Partial<NotificationRules>): Promise<boolean> {
    return this.#attempt.make(() => this.#session.notifications.setRules(changed));
  }

  /** Answers whether it is one more: nothing, and what is there, are not. */
  async addKeyword(typed: string): Promise<boolean> {
    const keyword = typed.trim();
    const { keywords } = this.rules.peek();
    if (keyword === "" || keywords.some((known) => known.toLowerCase() === keyword.toLowerCase()))
      return false;
    return this.change({ keywords: [...keywords, keyword] });
  }

  removeKeyword(keyword: string): Promise<boolean> {
    return this.change({ keywords: this.rules.peek().keywords.filter((other) => other !== keyword) });
  }

  setQuiet(quiet: boolean): Promise<void> {
    return this.#changeQuiet(() => (quiet ? NIGHT : undefined));
  }

  /** A time as it was typed; what is none, or makes the quiet empty, changes nothing. */
  setQuietTime(end: keyof QuietHours, typed: string): Promise<void> {
    return this.#changeQuiet((hours = NIGHT) => {
      const changed = { ...hours, [end]: minutesIn(typed) ?? hours[end] };
      return changed.from === changed.to ? hours : changed;
    });
  }

  /** One after the other: while one is kept, the next is typed already. */
  #changeQuiet(change: (hours: QuietHours | undefined) => QuietHours | undefined): Promise<void> {
    this.#changes = this.#changes.then(async () => {
      const hours = this.#preferences.everywhere.peek().quietHours;
      const quietHours = change(hours);
      if (quietHours?.from === hours?.from && quietHours?.to === hours?.to) return;
      await this.#attempt.make(() => this.#preferences.changeEverywhere({ quietHours }));
    });
    return this.#changes;
  }
}
