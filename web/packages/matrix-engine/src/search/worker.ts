// Where the index lives: in a thread of its own, so that the page stays smooth while it works.
import { expose, proxy } from "comlink";
import { deleteDB } from "idb";

import { MessageIndex } from "./message-index.ts";

export const service = {
  async open(name: string): Promise<MessageIndex> {
    return proxy(await opened(name));
  },
};

/** What cannot be read any more is let go: everything can be collected again. */
async function opened(name: string): Promise<MessageIndex> {
  try {
    return await MessageIndex.open(name);
  } catch (error) {
    if (
      !(error instanceof DOMException && error.name === "OperationError") &&
      !(error instanceof SyntaxError)
    )
      throw error;
    await deleteDB(name);
    return MessageIndex.open(name);
  }
}

expose(service);
