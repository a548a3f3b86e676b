// A value that changes. Everything the app shows is one of these, so that a view model can be tested without a
// browser and a view is drawn again exactly when what it shows has changed.
import type { ReadonlySignal } from "@preact/signals-core";

export { computed, effect, signal } from "@preact/signals-core";

/** A value to look at and to follow. What is in it is never changed: a new value takes its place. */
export type Live<T> = ReadonlySignal<T>;
