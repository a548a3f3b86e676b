// Waiting for a live value to be as it is wanted.
import type { Live } from "@herold/engine";

export function until<T>(live: Live<T>, wanted: (now: T) => boolean): Promise<T> {
  return new Promise((resolve) => {
    const stop = live.subscribe((now) => {
      if (!wanted(now)) return;
      // It may be so at once, before there is anything to stop.
      queueMicrotask(() => stop());
      resolve(now);
    });
  });
}
