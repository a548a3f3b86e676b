// The SDK's log, silenced: its lines may name people, rooms and what was said.
import type { Logger } from "matrix-js-sdk/lib/logger.js";

const nothing = (): void => undefined;

export const quiet: Logger = {
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  getChild: () => quiet,
};
