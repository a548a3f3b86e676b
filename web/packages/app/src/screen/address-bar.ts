// The address bar and the app say the same, and the app's ways back are the browser's own. Each entry of the browser's
// history holds the places that lie below it, since the browser tells nobody what they are.
import { effect } from "@herold/engine";

import type { AppModel } from "../models/app.model.ts";
import { hashOf, placeOf, type Route } from "../models/route.ts";

/** How many an entry holds; from further below one comes back by the browser alone. */
const PLACES_MAX = 50;
const HOME = hashOf({ kind: "home" });

type Place = Pick<AppModel, "route" | "goTo">;

export class AddressBar {
  #app: Place | undefined;
  /** The places below this one, the nearest last. */
  #below: readonly string[] = [];
  #here = HOME;
  /** The browser is on its way back. */
  #leaving = false;

  follow(app: Place): void {
    this.#app = app;
    this.#below = belowOf(history.state) ?? [];
    this.#here = hereOf(location);
    history.replaceState(entry(this.#below), "");
    addEventListener("popstate", () => this.#arrive(app));
    addEventListener("hashchange", () => this.#arrive(app));
    effect(() => this.#show(hashOf(app.route.value)));
  }

  /** Back to the last place, or to where this one was last. From outside the app it takes the place of what is left. */
  back(to?: Route): void {
    if (this.#leaving) return;
    const wanted = to && hashOf(to);
    const at = wanted === undefined ? this.#below.length - 1 : this.#below.lastIndexOf(wanted);
    if (at >= 0) {
      this.#leaving = true;
      history.go(at - this.#below.length);
    } else {
      this.#here = wanted ?? HOME;
      history.replaceState(entry(this.#below), "", this.#here);
      this.#app?.goTo(this.#here);
    }
  }

  #arrive(app: Place): void {
    this.#leaving = false;
    const here = hereOf(location);
    const below = belowOf(history.state);
    if (below) this.#below = below;
    else {
      // A link or somebody's typing made the entry.
      if (here !== this.#here) this.#below = [...this.#below, this.#here].slice(-PLACES_MAX);
      history.replaceState(entry(this.#below), "");
    }
    this.#here = here;
    app.goTo(here);
  }

  #show(hash: string): void {
    const here = hereOf(location);
    if (hash === here) return;
    // Whoever goes elsewhere waits no longer for a way back that led nowhere.
    this.#leaving = false;
    // A link from outside, or another spelling of the same place, is none to come back to: it would lead here again.
    const { userId, route } = placeOf(here);
    const same = userId !== undefined || hashOf(route) === hash;
    if (!same) this.#below = [...this.#below, this.#here].slice(-PLACES_MAX);
    this.#here = hash;
    if (same) history.replaceState(entry(this.#below), "", hash);
    else history.pushState(entry(this.#below), "", hash);
  }
}

function hereOf({ hash }: Location): string {
  return hash || HOME;
}

function entry(below: readonly string[]): { readonly below: readonly string[] } {
  return { below };
}

function belowOf(state: unknown): readonly string[] | undefined {
  return (state as { below?: readonly string[] } | null)?.below;
}
