// Whether this is a good moment to collect older messages: somebody looks at the app, there is a network, and neither
// power nor data are to be saved.
import { type Connection, computed, type Live, signal } from "@herold/engine";

/** Under this, and not charging, the battery is left alone. */
const BATTERY_LOW = 0.2;

interface Battery extends EventTarget {
  readonly charging: boolean;
  readonly level: number;
}

/** What not every browser has. */
interface Extras {
  getBattery?(): Promise<Battery>;
  readonly connection?: EventTarget & { readonly saveData?: boolean };
}

export class GoodMoment {
  readonly now: Live<boolean>;
  readonly #stop: (() => void)[] = [];

  constructor(connection: Live<Connection>) {
    const extras = navigator as Extras;
    const visible = this.#follow(
      document,
      ["visibilitychange"],
      () => document.visibilityState === "visible",
    );
    const network = extras.connection;
    const savesData = network
      ? this.#follow(network, ["change"], () => network.saveData === true)
      : signal(false);
    const weak = signal<Live<boolean>>(signal(false));
    extras
      .getBattery?.()
      .then((battery) => {
        weak.value = this.#follow(
          battery,
          ["chargingchange", "levelchange"],
          () => !battery.charging && battery.level < BATTERY_LOW,
        );
      })
      // A browser that does not tell is taken for one with power.
      .catch(() => undefined);
    this.now = computed(
      () => connection.value === "live" && visible.value && !savesData.value && !weak.value.value,
    );
  }

  /** Waits for it; not any longer once it was stopped. */
  async wait(stopped: AbortSignal): Promise<void> {
    while (!this.now.peek() && !stopped.aborted) {
      await new Promise<void>((resume) => {
        const done = (): void => {
          unfollow();
          stopped.removeEventListener("abort", done);
          resume();
        };
        const unfollow = this.now.subscribe((good) => {
          if (good) queueMicrotask(done);
        });
        stopped.addEventListener("abort", done);
      });
    }
  }

  stop(): void {
    for (const stop of this.#stop) stop();
  }

  #follow(target: EventTarget, events: readonly string[], look: () => boolean): Live<boolean> {
    const seen = signal(look());
    const changed = (): void => {
      seen.value = look();
    };
    for (const event of events) {
      target.addEventListener(event, changed);
      this.#stop.push(() => target.removeEventListener(event, changed));
    }
    return seen;
  }
}
