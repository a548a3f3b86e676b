// The index of an account, from the page: asked over a port, erased with its account.
import { type Remote, wrap } from "comlink";
import { deleteDB } from "idb";

import type { MessageIndex } from "./message-index.ts";
import type { service } from "./worker.ts";

const PATIENCE_MS = 3_000;

const nameOf = (userId: string): string => `herold-search-${userId}`;

export interface RemoteIndex {
  readonly index: Remote<MessageIndex>;
  /** Writes what is under way, and lets go of the storage. */
  close(): Promise<void>;
}

/** Fails where a browser has no workers, or keeps nothing. */
export async function openIndex(userId: string): Promise<RemoteIndex> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "search" });
  const failed = new Promise<never>((_, reject) => {
    worker.onerror = () => reject(new Error("the worker of the search index did not start"));
  });
  try {
    const opening = wrap<typeof service>(worker).open(nameOf(userId));
    const index = (await Promise.race([opening, failed])) as unknown as Remote<MessageIndex>;
    const close = async (): Promise<void> => {
      // Who signs out does not wait for a worker that does not answer.
      await Promise.race([index.close(), new Promise((resume) => setTimeout(resume, PATIENCE_MS))]);
      worker.terminate();
    };
    return { index, close };
  } catch (error) {
    worker.terminate();
    throw error;
  }
}

/** Nothing of it stays in this browser, its key neither. */
export function eraseIndex(userId: string): Promise<void> {
  return deleteDB(nameOf(userId));
}
