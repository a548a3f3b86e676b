// Writes what the server told, beside the page.
import { IndexedDBStoreWorker } from "matrix-js-sdk/lib/indexeddb-worker.js";

const tell = globalThis.postMessage as (message: unknown) => void;
globalThis.onmessage = new IndexedDBStoreWorker((message: unknown) => tell(message)).onMessage;
