// What lies in a browser's storage, as anybody finds it who can read its files.
import type { Page } from "playwright-core";

/** Whether these words lie anywhere in it. */
export function keeps(page: Page, words: string): Promise<boolean> {
  return page.evaluate(async (wanted) => {
    const bytes = new TextDecoder();
    const readable = (_key: string, value: unknown): unknown =>
      value instanceof ArrayBuffer || ArrayBuffer.isView(value) ? bytes.decode(value as ArrayBuffer) : value;
    const asked = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const all = [JSON.stringify(Object.entries(localStorage))];
    for (const { name = "" } of await indexedDB.databases()) {
      const database = await asked(indexedDB.open(name));
      for (const store of database.objectStoreNames)
        all.push(
          JSON.stringify(await asked(database.transaction(store).objectStore(store).getAll()), readable),
        );
      database.close();
    }
    return all.some((text) => text.includes(wanted));
  }, words);
}
