// Writes what the server told, beside the page.
import { IndexedDBStoreWorker } from "matrix-js-sdk/lib/indexeddb-worker.js";

import { packed } from "./packed-rooms.ts";

const tell = globalThis.postMessage as (message: unknown) => void;
globalThis.onmessage = new IndexedDBStoreWorker((message: unknown) => tell(packed(message))).onMessage;
