// A Vite plugin: parts of matrix-js-sdk that the app never reaches, and that its client holds on to all the same, are
// left out of the built app. In their place stands what those who import them need to be loaded.
import type { Plugin } from "vite";

/** By the end of their paths. */
const LEFT_OUT: Record<string, string> = {
  // Calls of many, over servers of their own.
  "matrix-js-sdk/lib/matrixrtc/MatrixRTCSessionManager.js": `
    export class MatrixRTCSessionManager { start() {} stop() {} }`,
  "matrix-js-sdk/lib/webrtc/groupCallEventHandler.js": `
    export class GroupCallEventHandler {
      groupCalls = new Map();
      async start() {}
      stop() {}
      getGroupCallById() {}
      async waitUntilRoomReadyForGroupCalls() {}
    }`,
  "matrix-js-sdk/lib/webrtc/groupCall.js": `
    const none = new Proxy({}, { get: (_, name) => String(name) });
    export class GroupCall {}
    export class GroupCallUnknownDeviceError extends Error {}
    export class GroupCallStatsReportEvent {}
    export {
      none as GroupCallErrorCode, none as GroupCallEvent, none as GroupCallIntent, none as GroupCallState,
      none as GroupCallTerminationReason, none as GroupCallType,
    };`,
  // The other way to synchronise.
  "matrix-js-sdk/lib/sliding-sync-sdk.js": `
    export class SlidingSyncSdk { constructor() { throw new Error("left out"); } }`,
  // Folders of files in rooms.
  "matrix-js-sdk/lib/models/MSC3089TreeSpace.js": `
    export const DEFAULT_TREE_POWER_LEVELS_TEMPLATE = {};
    export class MSC3089TreeSpace {}`,
  // Keys of devices from before the encryption in Rust: no device of this app had any.
  "matrix-js-sdk/lib/rust-crypto/libolm_migration.js": `
    export async function migrateFromLegacyCrypto() {}
    export async function migrateLegacyLocalTrustIfNeeded() {}
    export async function migrateRoomSettingsFromLegacyCrypto() {}`,
  // A table of signs that look like others, by which the SDK adds ids to names: to names that are the same it adds
  // them without it. The app shows names as people gave them themselves.
  "unhomoglyph/index.js": `
    export default (text) => text;`,
  // Events in a form that never came to be; the SDK has the names itself.
  "matrix-events-sdk/lib/index.js": `
    import { NamespacedValue, UnstableValue } from "matrix-js-sdk/lib/NamespacedValue.js";
    export { NamespacedValue, UnstableValue };
    export const M_POLL_START = new UnstableValue("m.poll.start", "org.matrix.msc3381.poll.start");
    export const ExtensibleEvents = { parse: () => undefined };`,
};

/** What the client asks for when it is made, and others need only with the first call. */
const LATER_FOR_CLIENT: Record<string, string> = {
  "./webrtc/call.js": `
    export const supportsMatrixCall = () => false;
    export const createNewMatrixCall = () => null;`,
  "./webrtc/callEventHandler.js": "export class CallEventHandler {}",
  "./webrtc/mediaHandler.js": "export class MediaHandler {}",
};
const LATER = "\0herold-later:";

/** With `all`, what nobody asks for is a mistake. Workers ask for few of them. */
export function slimSdk({ all }: { all: boolean }): Plugin {
  const met = new Set<string>();
  return {
    name: "herold-slim-sdk",
    apply: "build",
    enforce: "pre",
    resolveId(source, importer) {
      if (!(source in LATER_FOR_CLIENT) || !importer?.endsWith("/matrix-js-sdk/lib/client.js"))
        return undefined;
      met.add(source);
      return LATER + source;
    },
    load(id) {
      if (id.startsWith(LATER)) return LATER_FOR_CLIENT[id.slice(LATER.length)];
      const path = id.replaceAll("\\", "/").split("?")[0] ?? "";
      const left = Object.keys(LEFT_OUT).find((end) => path.endsWith(`/node_modules/${end}`));
      if (left) met.add(left);
      return left && LEFT_OUT[left];
    },
    buildEnd(error) {
      const gone = [...Object.keys(LEFT_OUT), ...Object.keys(LATER_FOR_CLIENT)].filter(
        (end) => !met.has(end),
      );
      // Another version of the SDK may have it elsewhere, and would bring it back unseen.
      if (all && !error && gone.length > 0)
        this.error(`left out, but nobody asks for it: ${gone.join(", ")}`);
    },
  };
}
