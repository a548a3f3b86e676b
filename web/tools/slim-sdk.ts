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
  // The store of those keys.
  "matrix-js-sdk/lib/crypto/store/memory-crypto-store.js": `
    export class MemoryCryptoStore {
      async containsData() { return false; }
      async deleteAllData() {}
    }`,
  // A log that names people and rooms, and that the app silences (quiet.ts).
  "matrix-js-sdk/lib/logger.js": `
    const nothing = () => {};
    export const logger = {
      trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing, log: nothing, setLevel: nothing,
      getChild: () => logger,
    };
    export class LogSpan { trace() {} debug() {} info() {} warn() {} error() {} getChild() { return this; } }
    export class DebugLogger extends LogSpan {}`,
  // Signing in by OAuth, with tokens that end: an account is given one that stays, and discovery.ts asks for itself.
  "matrix-js-sdk/lib/oauth/index.js": `
    export class OAuth2 {}
    export const OAuth2Error = { OpSupport: "OpSupport" };
    export const isValidAuthMetadata = () => false;`,
  "matrix-js-sdk/lib/oauth/tokenRefresher.js": `
    export class TokenRefresher {}`,
  // Proposals that the app does not speak: events that stick for a while, how long a server keeps what was said, places
  // that somebody tells as they move, lists of whose invitations are ignored.
  "matrix-js-sdk/lib/models/room-sticky-events.js": `
    export const RoomStickyEventsEvent = { Update: "RoomStickyEvents.Update" };
    export class RoomStickyEventsStore {
      on() {}
      off() {}
      addStickyEvents() {}
      handleRedaction() {}
    }`,
  "matrix-js-sdk/lib/models/room-retention.js": `
    export class RoomRetentionPolicy {}`,
  "matrix-js-sdk/lib/retentionPolicy.js": `
    export class RetentionPolicyService {}`,
  "matrix-js-sdk/lib/models/beacon.js": `
    export const BeaconEvent = {
      New: "Beacon.new", Update: "Beacon.update", LivenessChange: "Beacon.LivenessChange", Destroy: "Beacon.Destroy",
    };
    export const getBeaconInfoIdentifier = (event) => event.getRoomId() + "_" + event.getStateKey();
    export class Beacon {
      isLive = false;
      constructor(event) {
        this.identifier = getBeaconInfoIdentifier(event);
        this.beaconInfoId = event.getId();
      }
      on() {}
      off() {}
      update() {}
      addLocations() {}
      destroy() {}
    }`,
  "matrix-js-sdk/lib/models/invites-ignorer.js": `
    export class IgnoredInvites {}`,
  // Polls as the SDK gathers them: the engine has its own way (polls.ts).
  "matrix-js-sdk/lib/models/poll.js": `
    export const isPollEvent = () => false;
    export const PollEvent = { New: "Poll.new" };
    export class Poll {
      onNewRelation() {}
    }`,
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

/** What a worker does for the page. */
const LEFT_TO_WORKER: Record<string, string> = {
  "matrix-js-sdk/lib/store/indexeddb-local-backend.js": `
    export class LocalIndexedDBStoreBackend {
      async connect() { throw new Error("the store cannot be opened"); }
    }`,
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

/** In the page, what nobody asks for is a mistake. Workers ask for few of them. */
export function slimSdk({ page }: { page: boolean }): Plugin {
  const leftOut = page ? { ...LEFT_OUT, ...LEFT_TO_WORKER } : LEFT_OUT;
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
      const left = Object.keys(leftOut).find((end) => path.endsWith(`/node_modules/${end}`));
      if (left) met.add(left);
      return left && leftOut[left];
    },
    buildEnd(error) {
      const gone = [...Object.keys(leftOut), ...Object.keys(LATER_FOR_CLIENT)].filter((end) => !met.has(end));
      // Another version of the SDK may have it elsewhere, and would bring it back unseen.
      if (page && !error && gone.length > 0)
        this.error(`left out, but nobody asks for it: ${gone.join(", ")}`);
    },
  };
}
