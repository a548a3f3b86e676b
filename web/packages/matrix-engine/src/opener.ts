// The encryption itself, as the service worker has it: large, and loaded with the first message that it opens. Nothing
// here may take what is to be sent, or give the machine anything that it would write.
import * as encryption from "@matrix-org/matrix-sdk-crypto-wasm";

import type { Opener, OpenKeys } from "./unsealing.ts";

const nothing = (): void => undefined;
/** Its lines may name people and rooms. */
const quiet = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** What the package does with a file that it fetches, and does not say in its types. */
interface Bindings {
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
}

/** `wasm` is the file that the pages use, from where the app's files are kept: the package itself would fetch it. */
export async function openerFrom(wasm: Response): Promise<Opener> {
  const { instance } = await WebAssembly.instantiateStreaming(wasm, {
    "./matrix_sdk_crypto_wasm_bg.js": encryption as unknown as WebAssembly.ModuleImports,
  });
  (encryption as unknown as Bindings).__wbg_set_wasm(instance.exports);
  (instance.exports as { __wbindgen_start(): void }).__wbindgen_start();
  return { version: version(), open };
}

/** As the SDK says it in a page. */
function version(): string {
  const { matrix_sdk_crypto, git_sha, vodozemac } = encryption.getVersions();
  return `Rust SDK ${matrix_sdk_crypto} (${git_sha}), Vodozemac ${vodozemac}`;
}

const open: Opener["open"] = async (name, { userId, deviceId }): Promise<OpenKeys> => {
  const { DecryptionSettings, DeviceId, OlmMachine, RoomId, StoreHandle, TrustRequirement, UserId } =
    encryption;
  const store = await StoreHandle.open(name, undefined, quiet);
  try {
    const machine = await OlmMachine.initFromStore(new UserId(userId), new DeviceId(deviceId), store, quiet);
    // A key that is missing is asked for by pages, not here.
    machine.roomKeyRequestsEnabled = false;
    return {
      read: async (event, roomId, onlyConfirmed) => {
        const trust = onlyConfirmed ? TrustRequirement.CrossSignedOrLegacy : TrustRequirement.Untrusted;
        const settings = new DecryptionSettings(trust);
        return (await machine.decryptRoomEvent(event, new RoomId(roomId), settings)).event;
      },
      close: () => machine.close(),
    };
  } finally {
    store.free();
  }
};
