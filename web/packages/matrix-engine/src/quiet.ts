// The SDK's log, silenced: its lines may name people, rooms and what was said.
import { type Logger, logger } from "matrix-js-sdk/lib/logger.js";

const nothing = (): void => undefined;

export const quiet: Logger = {
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  getChild: () => quiet,
};

/** What does not log through its client logs here. */
export function silence(): void {
  (logger as unknown as { setLevel(level: "silent", persist: boolean): void }).setLevel("silent", false);
}
